"""Who the visitor of the demo shop is. Anybody may be any customer: there is nobody behind them.

Somebody who comes from a mail is signed in as its recipient, so that buying counts without more
ado. A real shop would know its customer by the browser; it must never do this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from flask import Response, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.customers.models import Customer
from growthcore.demo.catalogue import PATH
from growthcore.messaging.models import Engagement
from growthcore.web.current import core

_VISITOR, _MEMBER = "demo_visitor", "demo_member"
_JUST_NOW = timedelta(seconds=30)
_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A signed-in customer."""

    id: int
    external_id: str
    name: str


@dataclass(kw_only=True)
class Visitor:
    """The browser at hand. ``key`` is what its events are told by; ``by_mail``: just came from one."""

    key: str
    member: Member | None = None
    by_mail: bool = False

    def become(self, member: Member | None) -> None:
        """Sign in, or out. Another customer is another browser, lest two be taken for one."""
        if self.member is not None and self.member != member:
            self.key = str(uuid4())
        self.member = member


def current() -> Visitor:
    """The visitor of the request at hand."""
    visitor: Visitor = g.demo_visitor
    return visitor


def recognise() -> None:
    """Find out who comes."""
    visitor = Visitor(key=request.cookies.get(_VISITOR) or str(uuid4()))
    with core().db.read() as session:
        if known := request.cookies.get(_MEMBER):
            visitor.member = find(session, known)
        recipient = _recipient(session)
    if recipient is not None and recipient != visitor.member:
        visitor.become(recipient)
        visitor.by_mail = True
    g.demo_visitor = visitor


def remember(response: Response) -> Response:
    """Have the browser keep who it is."""
    visitor = current()
    kept = {_VISITOR: visitor.key, _MEMBER: visitor.member and visitor.member.external_id}
    for name, value in kept.items():
        if value:
            response.set_cookie(
                name, value, max_age=_YEAR, path=PATH, httponly=True, samesite="Lax"
            )
        elif name in request.cookies:
            response.delete_cookie(name, path=PATH, httponly=True, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response


def find(session: Session, external_id: str) -> Member | None:
    """The customer the shop calls so."""
    row = session.scalar(
        select(Customer).where(Customer.external_id == external_id, Customer.erased_at.is_(None))
    )
    if row is None:
        return None
    return Member(id=row.id, external_id=external_id, name=row.name or external_id)


def _recipient(session: Session) -> Member | None:
    """Whose mail had the link that was followed just now, if the visitor comes from one."""
    campaign = request.args.get("utm_campaign", "").removeprefix("c")
    if request.args.get("utm_medium") != "crm" or not campaign.isascii() or not campaign.isdigit():
        return None
    external_id = session.scalar(
        select(Customer.external_id)
        .join(Engagement, Engagement.customer_id == Customer.id)
        .where(
            Engagement.campaign_id == int(campaign[:9]),
            Engagement.kind == "click",
            Engagement.at > core().clock.now() - _JUST_NOW,
        )
        .order_by(Engagement.id.desc())
        .limit(1)
    )
    return find(session, external_id) if external_id else None
