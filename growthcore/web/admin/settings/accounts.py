"""Accounts that messages are sent with, such as an SMTP relay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from growthcore.api import Channel, ConfigError, GrowthCoreError, InvalidInput
from growthcore.campaigns import dependents
from growthcore.plugins.models import Account
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.settings import account_form
from growthcore.web.current import core

blueprint = Blueprint("accounts", __name__, url_prefix="/settings/accounts")


@dataclass(frozen=True)
class Verdict:
    """What came of trying an account; ``problem`` is what kept it from working."""

    problem: str | None = None


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> Response:
    """The accounts, and the channels one can be made of."""
    with core().db.read() as session:
        found = core().accounts.list(session)
    return pages.page(
        "admin/settings/accounts.html", accounts=found, channels=core().plugins.channels
    )


@blueprint.get("/new")
@allow(Role.MANAGER)
def new() -> Response:
    """Choose a channel, then fill in what it wants."""
    offered = core().plugins.channels
    channel = offered.get(request.args.get("provider", ""))
    if channel is None:
        return pages.page("admin/settings/account_channels.html", channels=offered)
    return _new(channel)


@blueprint.post("/new")
@allow(Role.MANAGER)
def create() -> Response:
    """Keep a new account."""
    channel = core().plugins.channels.get(request.form.get("provider", "")) or abort(404)
    given = account_form.read(channel.Config, request.form)
    label = request.form.get("label", "")
    try:
        account_form.require_own(channel.Config, given)
        with core().db.unit() as session:
            account = core().accounts.create(
                session, provider=channel.id, label=label, values=given, actor=actor()
            )
    except InvalidInput as error:
        return _new(channel, label, given, error)
    pages.toast(_("발신 계정이 등록되었습니다. 연결을 확인하십시오."))
    return pages.go(".show", account_id=account.id)


@blueprint.get("/<int:account_id>")
@allow(Role.MANAGER)
def show(account_id: int) -> Response:
    """One account: its form, its state, and what uses it."""
    return _show(_account(account_id))


@blueprint.post("/<int:account_id>")
@allow(Role.MANAGER)
def save(account_id: int) -> Response:
    """Change it; secrets left blank stay."""
    account = _account(account_id)
    channel = core().plugins.channels.get(account.provider) or abort(404)
    given = account_form.read(channel.Config, request.form)
    label = request.form.get("label", "")
    try:
        account_form.require_own(channel.Config, given, account.config)
        with core().db.unit() as session:
            core().accounts.update(
                session,
                account_id,
                values=given,
                label=label,
                forget=request.form.getlist("forget"),
                actor=actor(),
            )
    except InvalidInput as error:
        return _show(account, label=label, given=given, error=error)
    except ConfigError as error:
        # A kept secret does not open any more: nothing was saved, and it says which way out there is.
        return _show(account, label=label, given=given, error=InvalidInput({"": str(error)}))
    pages.toast(_("저장되었습니다. 연결을 확인하십시오."))
    return pages.go(".show", account_id=account_id)


@blueprint.post("/<int:account_id>/enable")
@allow(Role.MANAGER)
def enable(account_id: int) -> Response:
    """Let it send again."""
    return _switch(account_id, enabled=True)


@blueprint.post("/<int:account_id>/disable")
@allow(Role.MANAGER)
def disable(account_id: int) -> Response:
    """Let it send nothing; campaigns that use it are paused when they come to it."""
    return _switch(account_id, enabled=False)


@blueprint.post("/<int:account_id>/verify")
@allow(Role.MANAGER)
def verify(account_id: int) -> Response:
    """Try it for real, which may take some seconds, and show what came of it."""
    _account(account_id)
    try:
        core().accounts.verify(account_id)
        verdict = Verdict()
    except GrowthCoreError as error:
        verdict = Verdict(str(error))
    return _show(_account(account_id), verdict=verdict)


def _switch(account_id: int, *, enabled: bool) -> Response:
    _account(account_id)
    with core().db.unit() as session:
        core().accounts.switch(session, account_id, enabled=enabled, actor=actor())
    pages.toast(_("계정을 사용합니다.") if enabled else _("계정 사용을 중지했습니다."))
    return pages.go(".show", account_id=account_id)


def _account(account_id: int) -> Account:
    with core().db.read() as session:
        return session.get(Account, account_id) or abort(404)


def _new(
    channel: type[Channel],
    label: str = "",
    given: Mapping[str, Any] | None = None,
    error: InvalidInput | None = None,
) -> Response:
    return pages.page(
        "admin/settings/account_new.html",
        422 if error else 200,
        channel=channel,
        label=label,
        form=account_form.of(channel.Config, given or {}, (), error),
    )


def _show(
    account: Account,
    *,
    label: str | None = None,
    given: Mapping[str, Any] | None = None,
    error: InvalidInput | None = None,
    verdict: Verdict | None = None,
) -> Response:
    channel = core().plugins.channels.get(account.provider)
    with core().db.read() as session:
        used = dependents.of_account(session, account.id)
    values = account.config if given is None else given
    return pages.page(
        "admin/settings/account.html",
        422 if error else 200,
        account=account,
        channel=channel,
        label=account.label if label is None else label,
        form=account_form.of(channel.Config, values, account.sealed, error) if channel else None,
        campaigns=used,
        verdict=verdict,
    )
