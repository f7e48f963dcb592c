"""Connections to outside systems, which a person authorises once and accounts then go by."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import ConnectionStatus, GrowthCoreError
from growthcore.campaigns import dependents
from growthcore.plugins.models import Account
from growthcore.plugins.providers import CONNECTION
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.settings import editing
from growthcore.web.admin.settings.editing import Area, Filled, Verdict
from growthcore.web.current import core

blueprint = Blueprint("connections", __name__, url_prefix="/settings/connections")


@dataclass(frozen=True)
class Standing:
    """How a connection stands; ``problem`` is why that can't be told, or why it can't be used."""

    status: ConnectionStatus | None = None
    problem: str | None = None

    @property
    def state(self) -> str:
        """``connected``, ``again`` (somebody must authorise again), ``never`` or ``unusable``."""
        if self.status is None:
            return "unusable"
        if self.status.connected:
            return "connected"
        return "again" if self.status.scopes or self.status.expires_at else "never"


def redirect_uri() -> str:
    """Where providers send people back to: what is registered there, so never what a request says."""
    return core().settings.base_url + url_for("admin.connections.come_back")


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """The connections and how they stand."""
    with core().db.read() as session:
        found = core().accounts.list(session, CONNECTION)
    return pages.page(
        "admin/settings/connections.html",
        connections=[(each, standing(each)) for each in found],
        offered=core().plugins.connections,
    )


@blueprint.get("/new")
@allow(Role.MANAGER)
def new() -> BaseResponse:
    """Choose a system, then fill in what it wants."""
    return editing.new(AREA)


@blueprint.post("/new")
@allow(Role.MANAGER)
def create() -> BaseResponse:
    """Keep a new connection, which somebody then has to authorise."""
    return editing.create(AREA)


@blueprint.get("/<int:account_id>")
@allow(Role.VIEWER)
def show(account_id: int) -> BaseResponse:
    """One connection: how it stands, and for who may change it its settings."""
    return _show(editing.account_of(AREA, account_id), None, None)


@blueprint.post("/<int:account_id>")
@allow(Role.MANAGER)
def save(account_id: int) -> BaseResponse:
    """Change its settings."""
    return editing.save(AREA, account_id)


@blueprint.post("/<int:account_id>/enable")
@allow(Role.MANAGER)
def enable(account_id: int) -> BaseResponse:
    """Let accounts go by it again."""
    return editing.switch(AREA, account_id, enabled=True)


@blueprint.post("/<int:account_id>/disable")
@allow(Role.MANAGER)
def disable(account_id: int) -> BaseResponse:
    """Let nothing go by it."""
    return editing.switch(AREA, account_id, enabled=False)


@blueprint.post("/<int:account_id>/delete")
@allow(Role.MANAGER)
def remove(account_id: int) -> BaseResponse:
    """Delete it, unless an account goes by it."""
    return editing.remove(AREA, account_id)


def standing(account: Account) -> Standing:
    """How a connection stands, as far as is known without asking its provider."""
    try:
        connection = core().accounts.connection(account.id)
        with core().plugins.guarded(CONNECTION, connection.id):
            return Standing(connection.status())
    except GrowthCoreError as error:
        return Standing(problem=str(error))


def _show(account: Account, filled: Filled | None, _verdict: Verdict | None) -> Response:
    with core().db.read() as session:
        users = dependents.of_connection(core(), session, account.id)
    shown, form = editing.form_of(account, filled)
    return pages.page(
        "admin/settings/connection.html",
        shown.status,
        area=AREA,
        account=account,
        provider=core().accounts.class_of(account),
        standing=standing(account),
        users=users,
        filled=shown,
        form=form,
        redirect_uri=redirect_uri(),
        launch_url=core().settings.base_url + url_for(".launch", account_id=account.id),
    )


AREA = Area(
    kind=CONNECTION,
    name="admin.connections",
    title=_l("외부 연동"),
    made=_l("연동이 등록되었습니다. [연결하기]를 눌러 권한을 승인하십시오."),
    show=_show,
    redirect_uri=redirect_uri,
)
