"""The people of the admin: who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.operators import passwords, people
from growthcore.operators.people import NewPerson, Person
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow, may, person
from growthcore.web.admin.new_passwords import chosen, differing
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

blueprint = Blueprint("people", __name__, url_prefix="/settings/users")

_FIELDS = ("name", "email", "role", "password")


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> Response:
    """Everybody, also who was deactivated."""
    listing = Listing.of_request(sorts=people.SORTS)
    with core().db.read() as session:
        found = people.find(
            session,
            listing.q,
            sort=listing.sort,
            descending=listing.descending,
            offset=listing.offset,
            limit=listing.size,
        )
    return pages.page("admin/people/index.html", listing=listing, found=found)


@blueprint.get("/new")
@allow(Role.MANAGER)
def new() -> Response:
    """The form for a new person."""
    return _new_form({"role": Role.EDITOR.value}, {})


@blueprint.post("/new")
@allow(Role.MANAGER)
def create() -> BaseResponse:
    """Add a person, who changes the password when they first sign in."""
    posted = request.form
    try:
        wanted = NewPerson.of({key: posted.get(key, "") for key in _FIELDS}, differing(posted))
        with core().db.unit() as session:
            people.create(session, wanted, now=core().clock.now(), by=person())
    except InvalidInput as error:
        return _new_form(posted, pages.errors(error), 422)
    pages.toast(_("계정이 등록되었습니다. 첫 로그인 때 비밀번호를 변경하게 됩니다."))
    return pages.go("admin.people.index")


@blueprint.get("/taken")
@allow(Role.MANAGER)
def taken() -> Response:
    """Say whether an address can be used, next to the field in which it is typed."""
    email = request.args.get("email", "")
    with core().db.read() as session:
        is_taken = people.is_taken(session, email)
    return pages.fragment(
        "admin/people/taken.html", is_address=people.is_address(email), is_taken=is_taken
    )


@blueprint.get("/<int:person_id>")
@allow(Role.MANAGER)
def edit(person_id: int) -> Response:
    """One person's name and role, and what else can be done about them."""
    found = _found(person_id)
    return _edit_form(found, {"name": found.name, "role": found.role.value})


@blueprint.post("/<int:person_id>")
@allow(Role.MANAGER)
def change(person_id: int) -> BaseResponse:
    """Change the name and the role."""
    values = {key: request.form[key] for key in ("name", "role") if key in request.form}
    return _changed(person_id, values, _("저장되었습니다."))


@blueprint.post("/<int:person_id>/active")
@allow(Role.MANAGER)
def activate(person_id: int) -> BaseResponse:
    """Let a person in no more, or again."""
    active = request.form.get("active") == "1"
    done = (
        _("다시 활성화되었습니다.")
        if active
        else _("비활성화되고 모든 기기에서 로그아웃되었습니다.")
    )
    return _changed(person_id, {"active": active}, done)


@blueprint.post("/<int:person_id>/password")
@allow(Role.MANAGER)
def set_password(person_id: int) -> BaseResponse:
    """Give a person a password that they have to change."""
    found = _found(person_id)
    try:
        password_hash = passwords.accepted(chosen(request.form), email=found.email)
        with core().db.unit() as session:
            now = core().clock.now()
            people.set_password(session, person_id, password_hash, now=now, by=person())
    except InvalidInput as error:
        return _refused(found, {}, error)
    pages.toast(_("임시 비밀번호가 설정되었습니다. 다음 로그인 때 변경하게 됩니다."))
    return pages.go("admin.people.edit", person_id=person_id)


def _changed(person_id: int, values: Mapping[str, Any], done: str) -> BaseResponse:
    found = _found(person_id)
    try:
        with core().db.unit() as session:
            people.change(session, person_id, values, now=core().clock.now(), by=person())
    except InvalidInput as error:
        return _refused(found, values, error)
    pages.toast(done)
    return pages.go("admin.people.edit", person_id=person_id)


def _refused(found: Person, values: Mapping[str, Any], error: InvalidInput) -> Response:
    kept = {"name": found.name, "role": found.role.value, **values}
    return _edit_form(found, kept, pages.errors(error), 422)


def _found(person_id: int) -> Person:
    with core().db.read() as session:
        return people.get(session, person_id) or abort(404)


def _new_form(values: Mapping[str, Any], errors: Mapping[str, str], status: int = 200) -> Response:
    return pages.page("admin/people/new.html", status, values=values, errors=errors, roles=_roles())


def _edit_form(
    found: Person,
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    return pages.page(
        "admin/people/edit.html",
        status,
        found=found,
        values=values,
        errors=errors or {},
        roles=_roles(),
        can_change=may(found.role),
    )


def _roles() -> list[Role]:
    """The roles the person at hand may give, the highest first."""
    return [role for role in reversed(Role) if may(role)]
