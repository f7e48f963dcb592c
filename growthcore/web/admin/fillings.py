"""The variables of the template that is chosen while a message is written."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, request

from growthcore.api import InvalidInput
from growthcore.campaigns import approvals
from growthcore.plugins.forms import form
from growthcore.web.admin import forms, pages, writing
from growthcore.web.admin.access import Role, allow
from growthcore.web.current import core

blueprint = Blueprint("fillings", __name__, url_prefix="/fillings")


@blueprint.app_template_global()
def template_variables(account_id: int | None, code: str | None) -> Sequence[str]:
    """What is to be filled in a template of an account."""
    if not account_id or not code:
        return ()
    with core().db.read() as session:
        return approvals.variables(core(), session, account_id, code)


@blueprint.get("/<int:account_id>")
@allow(Role.EDITOR)
def rows(account_id: int) -> Response:
    """A field for each variable of the chosen template; what was typed stays."""
    try:
        with core().db.read() as session:
            provider = core().accounts.get(session, account_id).provider
    except InvalidInput:
        abort(404)
    channel = core().plugins.channels.get(provider)
    views = form(channel.Content) if channel else []
    view = next((each for each in views if each.kind == "fillings"), None)
    if view is None:
        abort(404)
    content = forms.read(views, request.args, writing.PREFIX)
    return pages.fragment(
        "admin/fillings.html",
        name=f"{writing.PREFIX}{view.name}",
        code=content.get(view.source or ""),
        values=content.get(view.name),
        account_id=account_id,
    )
