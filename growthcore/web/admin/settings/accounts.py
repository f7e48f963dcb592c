"""Accounts that messages are sent with, such as an SMTP relay."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from growthcore.api import Diagnosis, GrowthCoreError
from growthcore.campaigns import dependents
from growthcore.messaging import collecting, syncing
from growthcore.plugins.accounts import CHANNEL
from growthcore.plugins.models import Account
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.settings import editing
from growthcore.web.admin.settings.editing import Area, Filled, Verdict
from growthcore.web.current import core

blueprint = Blueprint("accounts", __name__, url_prefix="/settings/accounts")


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> Response:
    """The accounts, and the channels one can be made of."""
    with core().db.read() as session:
        found = core().accounts.list(session, CHANNEL)
    return pages.page(
        "admin/settings/accounts.html", accounts=found, channels=core().plugins.channels
    )


@blueprint.get("/new")
@allow(Role.MANAGER)
def new() -> Response:
    """Choose a channel, then fill in what it wants."""
    return editing.new(AREA)


@blueprint.post("/new")
@allow(Role.MANAGER)
def create() -> Response:
    """Keep a new account."""
    return editing.create(AREA)


@blueprint.get("/<int:account_id>")
@allow(Role.MANAGER)
def show(account_id: int) -> Response:
    """One account: its form, its state, and what uses it."""
    return _show(editing.account_of(AREA, account_id), None, None)


@blueprint.post("/<int:account_id>")
@allow(Role.MANAGER)
def save(account_id: int) -> Response:
    """Change it; secrets left blank stay."""
    return editing.save(AREA, account_id)


@blueprint.post("/<int:account_id>/enable")
@allow(Role.MANAGER)
def enable(account_id: int) -> Response:
    """Let it send again."""
    return editing.switch(AREA, account_id, enabled=True)


@blueprint.post("/<int:account_id>/disable")
@allow(Role.MANAGER)
def disable(account_id: int) -> Response:
    """Let it send nothing; campaigns that use it are paused when they come to it."""
    return editing.switch(AREA, account_id, enabled=False)


@blueprint.post("/<int:account_id>/verify")
@allow(Role.MANAGER)
def verify(account_id: int) -> Response:
    """Try it for real, which may take some seconds, and show what came of it."""
    return editing.verify(AREA, account_id)


@blueprint.post("/<int:account_id>/delete")
@allow(Role.MANAGER)
def remove(account_id: int) -> Response:
    """Delete it, unless a campaign that is not over uses it."""
    return editing.remove(AREA, account_id)


@blueprint.post("/<int:account_id>/diagnosis")
@allow(Role.MANAGER)
def diagnose(account_id: int) -> Response:
    """Look at what sending depends on outside, which may take some seconds, and show how it stands."""
    account = editing.account_of(AREA, account_id)
    try:
        return _show(account, None, None, core().accounts.diagnose(account_id))
    except GrowthCoreError as error:
        return _show(account, None, Verdict(str(error)))


def _show(
    account: Account,
    filled: Filled | None,
    verdict: Verdict | None,
    diagnoses: Sequence[Diagnosis] | None = None,
) -> Response:
    channel = core().plugins.channels.get(account.provider)
    with core().db.read() as session:
        used = dependents.of_account(session, account.id)
    shown, form = editing.form_of(account, filled)
    return pages.page(
        "admin/settings/account.html",
        shown.status,
        area=AREA,
        account=account,
        channel=channel,
        syncs=syncing.syncs(channel),
        filled=shown,
        form=form,
        campaigns=used,
        verdict=verdict,
        diagnoses=diagnoses,
        collection=collecting.of_account(core(), account.id),
    )


AREA = Area(
    kind=CHANNEL,
    name="admin.accounts",
    title=_l("발신 계정"),
    made=_l("발신 계정이 등록되었습니다. 연결을 확인하십시오."),
    show=_show,
)
