"""The plugins: what each is, offers and suffers from, and its switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from growthcore.api import Category
from growthcore.campaigns import dependents
from growthcore.plugins import discovery, switches
from growthcore.plugins.records import PluginRecord, State
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.current import core

blueprint = Blueprint("plugins", __name__, url_prefix="/settings/plugins")

STATES = {
    State.ACTIVE: (_l("사용 중"), "green"),
    State.DISABLED: (_l("사용 안 함"), "secondary"),
    State.FAILED: (_l("격리됨"), "red"),
    State.INCOMPATIBLE: (_l("호환되지 않음"), "orange"),
    State.MIGRATIONS_PENDING: (_l("보류됨"), "yellow"),
}
CATEGORIES = {
    Category.CHANNEL: _l("채널"),
    Category.ALGORITHM: _l("추천 알고리즘"),
    Category.SEGMENT: _l("세그먼트 조건"),
    Category.TRIGGER: _l("트리거"),
    Category.POLICY: _l("발송 설정"),
    Category.VARIABLES: _l("변수"),
    Category.OTHER: _l("기타"),
}
KINDS = {
    "channel": _l("채널"),
    "connection": _l("외부 연동"),
    "algorithm": _l("추천 알고리즘"),
    "condition": _l("세그먼트 조건"),
    "trigger": _l("트리거"),
    "policy": _l("발송 설정"),
    "variable": _l("변수"),
    "page": _l("관리자 화면"),
    "command": _l("명령"),
}


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> Response:
    """Every installed plugin, those in need of attention first."""
    switched = _switched()
    calm = (State.ACTIVE, State.DISABLED)
    records = sorted(
        core().plugins.records, key=lambda each: (each.state in calm, each.category, each.name)
    )
    return pages.page(
        "admin/settings/plugins.html",
        records=records,
        waiting={each.name for each in records if _waits(each, switched)},
        states=STATES,
        categories=CATEGORIES,
    )


@blueprint.get("/<name>")
@allow(Role.MANAGER)
def show(name: str) -> Response:
    """One plugin."""
    record = _record(name)
    switched = _switched()
    with core().db.read() as session:
        used = dependents.of_plugin(core(), session, name)
    return pages.page(
        "admin/settings/plugin.html",
        record=record,
        state=STATES[record.state],
        category=CATEGORIES[record.category],
        kinds=KINDS,
        offered=_offered(record),
        readme=discovery.readme(record.distribution),
        used=used,
        on=switched.get(name, True),
        waiting=_waits(record, switched),
        forced_off=name in core().settings.disabled_plugins,
    )


@blueprint.post("/<name>/enable")
@allow(Role.OWNER)
def enable(name: str) -> Response:
    """Have it loaded from the next start on."""
    return _switch(name, enabled=True)


@blueprint.post("/<name>/disable")
@allow(Role.OWNER)
def disable(name: str) -> Response:
    """Leave it out from the next start on."""
    return _switch(name, enabled=False)


def _switch(name: str, *, enabled: bool) -> Response:
    _record(name)
    with core().db.unit() as session:
        switches.switch(session, name, enabled=enabled, now=core().clock.now(), actor=actor())
    pages.toast(_("저장되었습니다. GrowthCore를 재시작하면 적용됩니다."), "info")
    return pages.go(".show", name=name)


def _record(name: str) -> PluginRecord:
    return core().plugins.record(name) or abort(404)


def _switched() -> Mapping[str, bool]:
    with core().db.read() as session:
        return switches.switched(session)


def _waits(record: PluginRecord, switched: Mapping[str, bool]) -> bool:
    """Whether its switch says something else than this process does."""
    on = switched.get(record.name, True) and record.name not in core().settings.disabled_plugins
    return on == (record.state is State.DISABLED)


def _offered(record: PluginRecord) -> Mapping[str, Sequence[Any]]:
    """What it offers by kind: providers, pages and commands, each with ``id``, ``title``, ``help``."""
    plugins = core().plugins
    providers: Mapping[str, Mapping[str, Any]] = {
        "channel": plugins.channels,
        "algorithm": plugins.algorithms,
        "condition": plugins.conditions,
        "trigger": plugins.triggers,
        "variable": plugins.variables,
    }
    told: dict[str, Sequence[Any]] = {
        kind: [providers[kind][each] for each in ids]
        for kind, ids in record.offers.items()
        if kind in providers
    }
    if pages_ := plugins.pages.get(record.name):
        told["page"] = [{"id": page.slug, "title": page.title} for page in pages_]
    if commands := plugins.commands.get(record.name):
        told["command"] = [
            {"id": f"growthcore {record.name} {each.name}", "title": each.get_short_help_str(100)}
            for each in commands
        ]
    return told
