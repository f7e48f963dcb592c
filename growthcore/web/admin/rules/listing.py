"""The list of rules: switched, put in order, removed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.recommendations.rules import counting, store, wording
from growthcore.recommendations.rules.store import Outdated
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.rules.area import blueprint, rule_or_404
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Rules in their order; ``made`` is the one that was just written, to be switched on here."""
    return _list()


def _list(
    status: int = 200, *, clash: bool = False, errors: Mapping[str, str] | None = None
) -> Response:
    asked = Listing.of_request(filters=("page_of",))
    made = request.args.get("made", type=int)
    with core().db.read() as session:
        found = store.find(
            session,
            asked.q,
            page=asked.filters["page_of"],
            offset=asked.offset,
            limit=asked.size,
        )
        every = store.find(session, limit=store.MOST).items
        used = store.used_by(session, [each.id for each in found.items])
        said = wording.sentences(session, found.items)
        answers = counting.lately(session, [each.id for each in found.items], core().clock.now())
    return pages.page(
        "admin/rules/index.html",
        status,
        listing=asked,
        found=found,
        every=every,
        used=used,
        said=said,
        answers=answers,
        made=next((each for each in every if each.id == made and not each.enabled), None),
        clash=clash,
        errors=errors or {},
    )


@blueprint.post("/<int:rule_id>/switch")
@allow(Role.EDITOR)
def switch(rule_id: int) -> BaseResponse:
    """Have models obey it, or no longer."""
    with core().db.unit() as session:
        rule_or_404(session, rule_id)
        on = request.form.get("on") == "1"
        name = store.switch(core(), session, rule_id, on=on, actor=actor()).name
    told = _("‘%(name)s’ 규칙을 켰습니다.") if on else _("‘%(name)s’ 규칙을 껐습니다.")
    pages.toast(told % {"name": name})
    return pages.go("admin.rules.index")


@blueprint.route("/order", methods=["PUT", "POST"])
@allow(Role.EDITOR)
def order() -> BaseResponse:
    """Put rules in order: the whole list, and the one that was read.

    Without a script each step up or down is a post of its own (``move``).
    """
    try:
        before = _numbers(request.form.get("before", "").split(","))
        wanted = _moved(_numbers(request.form.getlist("order")), request.form.get("move", ""))
        with core().db.unit() as session:
            store.reorder(core(), session, wanted, before=before, actor=actor())
    except Outdated:
        return _list(409, clash=True)
    except InvalidInput as error:
        return _list(422, errors=pages.errors(error))
    pages.toast(_("순서가 저장되었습니다."))
    return pages.go("admin.rules.index")


def _numbers(texts: list[str]) -> list[int]:
    if any(not each.isascii() or not each.isdecimal() or len(each) > 18 for each in texts):
        raise InvalidInput({"order": "Name every rule once, in the order they are taken."})
    return [int(each) for each in texts]


def _moved(order: list[int], move: str) -> list[int]:
    """The order after one step: ``up:ID`` or ``down:ID``."""
    direction, _colon, number = move.partition(":")
    if direction not in ("up", "down") or not number.isdecimal() or int(number) not in order:
        return order
    place = order.index(int(number))
    other = place + (-1 if direction == "up" else 1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


@blueprint.get("/<int:rule_id>/delete")
@allow(Role.EDITOR)
def deleting(rule_id: int) -> Response:
    """Which models obey it, before it goes."""
    with core().db.read() as session:
        rule = rule_or_404(session, rule_id)
        models = store.used_by(session, [rule_id]).get(rule_id, [])
        said = wording.sentences(session, [rule])[rule_id]
    return pages.page("admin/rules/delete.html", rule=rule, models=models, said=said)


@blueprint.post("/<int:rule_id>/delete")
@allow(Role.EDITOR)
def delete(rule_id: int) -> BaseResponse:
    """Remove it; from the models that obey it too, which the page before named."""
    try:
        with core().db.unit() as session:
            name = rule_or_404(session, rule_id).name
            detach = request.form.get("detach") == "1"
            store.delete(core(), session, rule_id, detach=detach, actor=actor())
    except InvalidInput as error:
        for sentence in pages.errors(error).values():
            pages.toast(sentence, "danger")
        return pages.go("admin.rules.deleting", rule_id=rule_id)
    pages.toast(_("‘%(name)s’ 규칙을 삭제했습니다.", name=name))
    return pages.go("admin.rules.index")
