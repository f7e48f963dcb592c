"""What messages cost the shop: a price list an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import Channel, InvalidInput
from growthcore.messaging import prices
from growthcore.operators import workspace
from growthcore.plugins.models import Account
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.current import core

blueprint = Blueprint("prices", __name__, url_prefix="/settings/prices")


@dataclass(frozen=True, kw_only=True)
class Priced:
    """An account whose messages are billed by kind; ``values`` are those to show."""

    account: Account
    channel: type[Channel]
    values: Mapping[str, object]


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Every price list."""
    with core().db.read() as session:
        return _page(session)


@blueprint.post("/<int:account_id>")
@allow(Role.MANAGER)
def save(account_id: int) -> BaseResponse:
    """Replace one price list; messages sent from now on cost so."""
    with core().db.unit() as session:
        account = next((each for each in _priced(session) if each.account.id == account_id), None)
        if account is None:
            abort(404)
        try:
            amounts = _amounts(account.channel)
            now = core().clock.now()
            prices.change(session, account_id, account.channel, amounts, actor=actor(), now=now)
        except InvalidInput as error:
            return _page(session, account_id, error)
    pages.toast(_("단가가 저장되었습니다. 지금부터 보내는 메시지에 적용됩니다."))
    return pages.go(".index")


def _amounts(channel: type[Channel]) -> dict[str, int]:
    amounts, wrong = {}, {}
    for kind in channel.kinds:
        text = request.form.get(kind.id, "").replace(",", "").strip()
        if text.isascii() and text.isdecimal():
            amounts[kind.id] = int(text)
        elif text:
            wrong[kind.id] = f"A price is a whole number from 0 to {prices.MOST:,}."
    if wrong:
        raise InvalidInput(wrong)
    return amounts


def _priced(session: Session) -> Sequence[Priced]:
    channels = core().plugins.channels
    return [
        Priced(
            account=account,
            channel=channel,
            values=prices.of_account(session, account.id, channel),
        )
        for account in core().accounts.list(session)
        if (channel := channels.get(account.provider)) and channel.kinds
    ]


def _page(
    session: Session, refused: int | None = None, error: InvalidInput | None = None
) -> Response:
    return pages.page(
        "admin/settings/prices.html",
        422 if error else 200,
        found=_priced(session),
        refused=refused,
        given=request.form if error else {},
        errors=pages.errors(error) if error else {},
        currency=workspace.get(session).currency,
    )
