"""Where the shop's data comes from: accounts of sources, their pulls and their webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import GrowthCoreError, Text
from growthcore.plugins.choices import connections_of
from growthcore.plugins.models import Account
from growthcore.plugins.providers import SOURCE
from growthcore.sources import deliveries, pulling, runs
from growthcore.sources.models import RunState, SourceRun
from growthcore.web.admin import formats, pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.settings import connections, editing
from growthcore.web.admin.settings.editing import Area, Filled, Verdict
from growthcore.web.current import core

blueprint = Blueprint("sources", __name__, url_prefix="/settings/sources")

STATES = {
    RunState.WAITING: (_l("대기 중"), "secondary"),
    RunState.RUNNING: (_l("가져오는 중"), "blue"),
    RunState.DONE: (_l("완료"), "green"),
    RunState.STOPPED: (_l("중지됨"), "secondary"),
    RunState.FAILED: (_l("실패"), "red"),
}
_SLOW = timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How the pulls of an account stand.

    ``titles`` are of its parts by id, ``newest`` the newest run of each. ``is_stuck``: something waits
    and no worker seems to be there. ``unconnected`` are connections that are to be authorised first;
    ``problem`` is why its parts can't be told.
    """

    titles: Mapping[str, Text]
    newest: Mapping[str, SourceRun]
    history: Sequence[SourceRun]
    is_stuck: bool
    unconnected: Sequence[Account]
    problem: str | None

    @property
    def is_open(self) -> bool:
        """Whether something waits or runs."""
        return any(run.is_open for run in self.newest.values())


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """The sources, and when each was last pulled from."""
    with core().db.read() as session:
        found = core().accounts.list(session, SOURCE)
        last = {account.id: runs.history(session, account.id, 1) for account in found}
    return pages.page(
        "admin/settings/sources.html",
        sources=found,
        last=last,
        offered=core().plugins.sources,
        states=STATES,
    )


@blueprint.get("/new")
@allow(Role.MANAGER)
def new() -> BaseResponse:
    """Choose a system, then fill in what it wants."""
    return editing.new(AREA)


@blueprint.post("/new")
@allow(Role.MANAGER)
def create() -> BaseResponse:
    """Keep a new source; nothing is pulled before somebody asks for it."""
    return editing.create(AREA)


@blueprint.get("/<int:account_id>")
@allow(Role.VIEWER)
def show(account_id: int) -> BaseResponse:
    """One source: its pulls and webhooks, and for who may change it its settings."""
    return _show(editing.account_of(AREA, account_id), None, None)


@blueprint.post("/<int:account_id>")
@allow(Role.MANAGER)
def save(account_id: int) -> BaseResponse:
    """Change its settings."""
    return editing.save(AREA, account_id)


@blueprint.post("/<int:account_id>/enable")
@allow(Role.MANAGER)
def enable(account_id: int) -> BaseResponse:
    """Pull from it again."""
    return editing.switch(AREA, account_id, enabled=True)


@blueprint.post("/<int:account_id>/disable")
@allow(Role.MANAGER)
def disable(account_id: int) -> BaseResponse:
    """Pull nothing from it, and hear nothing."""
    return editing.switch(AREA, account_id, enabled=False)


@blueprint.post("/<int:account_id>/delete")
@allow(Role.MANAGER)
def remove(account_id: int) -> BaseResponse:
    """Delete it; what came from it stays."""
    return editing.remove(AREA, account_id)


@blueprint.get("/<int:account_id>/runs")
@allow(Role.VIEWER)
def progress(account_id: int) -> Response:
    """How far the pulls are; when all have ended, the page is asked for anew."""
    account = editing.account_of(AREA, account_id)
    standing = _progress(account)
    if not standing.is_open:
        return Response(headers={"HX-Refresh": "true"})
    return pages.fragment("admin/settings/_runs.html", **_of_runs(account, standing))


@blueprint.post("/<int:account_id>/pull")
@allow(Role.MANAGER)
def pull(account_id: int) -> BaseResponse:
    """Have a worker fetch what is new, or with ``full`` everything from its beginning."""
    editing.account_of(AREA, account_id)
    try:
        known = pulling.parts(core(), account_id)
    except GrowthCoreError as error:
        pages.toast(formats.told(str(error)), "danger")
        return pages.go(".show", account_id=account_id)
    full = bool(request.form.get("full"))
    chosen = pulling.chosen(known, request.form.getlist("part"))
    with core().db.unit() as session:
        pulling.ask(core(), session, account_id, chosen, full=full, actor=actor())
    pages.toast(_("처음부터 다시 가져옵니다.") if full else _("새로운 데이터를 가져옵니다."))
    return pages.go(".show", account_id=account_id)


@blueprint.post("/<int:account_id>/stop")
@allow(Role.MANAGER)
def stop(account_id: int) -> BaseResponse:
    """Fetch no further; the next time goes on where this stood."""
    editing.account_of(AREA, account_id)
    with core().db.unit() as session:
        pulling.stop(core(), session, account_id, actor=actor())
    pages.toast(_("가져오기를 중지했습니다."))
    return pages.go(".show", account_id=account_id)


def _show(account: Account, filled: Filled | None, _verdict: Verdict | None) -> Response:
    shown, form = editing.form_of(account, filled)
    with core().db.read() as session:
        received_at, pending, errors = deliveries.standing(session, account.id)
    return pages.page(
        "admin/settings/source.html",
        shown.status,
        area=AREA,
        provider=core().accounts.class_of(account),
        filled=shown,
        form=form,
        webhook_url=core().settings.base_url + url_for("hooks.receive", account_id=account.id),
        received_at=received_at,
        pending=pending,
        errors=errors,
        **_of_runs(account, _progress(account)),
    )


def _of_runs(account: Account, standing: Progress) -> dict[str, Any]:
    return {"account": account, "progress": standing, "states": STATES}


def _progress(account: Account) -> Progress:
    now, problem = core().clock.now(), None
    titles: dict[str, Text] = {}
    try:
        if account.enabled:
            titles = {part.id: part.title for part in pulling.parts(core(), account.id)}
    except GrowthCoreError as error:
        problem = str(error)
    named = connections_of(core().accounts.class_of(account), account.config)
    with core().db.read() as session:
        newest = runs.newest(session, account.id)
        history = runs.history(session, account.id)
        used = [core().accounts.get(session, each) for each in named]
    return Progress(
        titles=titles,
        newest=newest,
        history=history,
        is_stuck=any(_is_stuck(run, now) for run in newest.values()),
        unconnected=[each for each in used if connections.standing(each).state != "connected"],
        problem=problem,
    )


def _is_stuck(run: SourceRun, now: datetime) -> bool:
    return run.state == RunState.WAITING and not run.started_at and now - run.asked_at > _SLOW


AREA = Area(
    kind=SOURCE,
    name="admin.sources",
    title=_l("쇼핑몰 데이터 연동"),
    made=_l("등록되었습니다. [지금 동기화]를 누르면 데이터를 가져옵니다."),
    show=_show,
)
