"""The senders and templates that the provider of a channel account keeps: read here, made there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import Channel
from growthcore.messaging import syncing
from growthcore.plugins import directory
from growthcore.plugins.choices import APPROVALS, connections_of
from growthcore.plugins.directory import Search
from growthcore.plugins.models import Account, Sync
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.settings import connections, editing
from growthcore.web.admin.settings.accounts import AREA, blueprint
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

_SLOW = timedelta(seconds=15)
_VARIABLE = re.compile(r"(#\{[^{}]+\})")


@dataclass(frozen=True, kw_only=True)
class Syncing:
    """How the sync of an account stands.

    ``is_stuck``: it waits and no worker seems to be there. ``unconnected`` are the connections that
    somebody has to authorise first.
    """

    newest: Sync | None
    is_open: bool
    is_stuck: bool
    unconnected: Sequence[Account]


@blueprint.get("/<int:account_id>/senders")
@allow(Role.VIEWER)
def senders(account_id: int) -> Response:
    """Whom messages may come from."""
    account, channel = _synced(account_id, "syncs_senders")
    listing = _listing("label", "registrant", "registered_at")
    with core().db.read() as session:
        found = directory.find_senders(session, account_id, _search(listing))
    return _page("senders", account, channel, listing=listing, found=found)


@blueprint.get("/<int:account_id>/templates")
@allow(Role.VIEWER)
def templates(account_id: int) -> Response:
    """The texts that the provider approves."""
    account, channel = _synced(account_id, "syncs_templates")
    listing = _listing("name", "code", "changed_at")
    with core().db.read() as session:
        found = directory.find_templates(session, account_id, _search(listing))
        labels = {each.key: each.label for each in directory.senders(session, account_id)}
    return _page("templates", account, channel, listing=listing, found=found, labels=labels)


@blueprint.get("/<int:account_id>/templates/<path:code>")
@allow(Role.VIEWER)
def template(account_id: int, code: str) -> Response:
    """One of the texts, with its variables marked."""
    account, channel = _synced(account_id, "syncs_templates")
    with core().db.read() as session:
        found = directory.template(session, account_id, code) or abort(404)
        labels = {each.key: each.label for each in directory.senders(session, account_id)}
    return pages.page(
        "admin/settings/template.html",
        account=account,
        channel=channel,
        shown=found,
        labels=labels,
        approvals=APPROVALS,
        pieces=_VARIABLE.split,
    )


@blueprint.get("/<int:account_id>/sync")
@allow(Role.VIEWER)
def sync_state(account_id: int) -> Response:
    """How the sync stands; when it has come to its end, the page is asked for anew."""
    account = editing.account_of(AREA, account_id)
    standing = _syncing(account)
    if not standing.is_open:
        return Response(headers={"HX-Refresh": "true"})
    return pages.fragment(
        "admin/settings/_sync.html",
        account=account,
        syncing=standing,
        tab=request.args.get("tab"),
    )


@blueprint.post("/<int:account_id>/sync")
@allow(Role.MANAGER)
def sync(account_id: int) -> BaseResponse:
    """Have a worker fetch the lists; with ``here``, fetch them before answering."""
    editing.account_of(AREA, account_id)
    with core().db.unit() as session:
        syncing.ask(core(), session, account_id, actor=actor())
    if request.form.get("here"):
        syncing.run(core(), account_id)
    tab = "templates" if request.form.get("tab") == "templates" else "senders"
    return pages.go(f".{tab}", account_id=account_id)


def _synced(account_id: int, capability: str) -> tuple[Account, type[Channel]]:
    account = editing.account_of(AREA, account_id)
    channel = core().plugins.channels.get(account.provider) or abort(404)
    return (account, channel) if getattr(channel.capabilities, capability) else abort(404)


def _listing(*sorts: str) -> Listing:
    return Listing.of_request(sorts=("approval", *sorts), filters=("approval",))


def _search(listing: Listing) -> Search:
    return Search(
        q=listing.q,
        approval=listing.filters["approval"],
        sort=listing.sort,
        descending=listing.descending,
        offset=listing.offset,
        limit=listing.size,
    )


def _page(tab: str, account: Account, channel: type[Channel], **context: Any) -> Response:
    return pages.page(
        f"admin/settings/{tab}.html",
        tab=tab,
        account=account,
        channel=channel,
        syncing=_syncing(account),
        approvals=APPROVALS,
        **context,
    )


def _syncing(account: Account) -> Syncing:
    now = core().clock.now()
    named = connections_of(core().accounts.class_of(account), account.config)
    with core().db.read() as session:
        newest = syncing.of_account(session, account.id)
        used = [core().accounts.get(session, each) for each in named]
    return Syncing(
        newest=newest,
        is_open=syncing.is_open(newest, now),
        is_stuck=newest is not None and not newest.started_at and now - newest.asked_at > _SLOW,
        unconnected=[each for each in used if connections.standing(each).state != "connected"],
    )
