"""What one call of a page holds, turned into what the domain takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from msgspec import Raw
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Text
from growthcore.api.event_names import canonical
from growthcore.customers import consent
from growthcore.events import identification
from growthcore.events.identification import Identified
from growthcore.events.incoming import IncomingEvent, IncomingItem, Rejection
from growthcore.events.validation import LONGEST_TEXT
from growthcore.web.storefront import wire
from growthcore.web.strict_json import Unreadable

SOURCE = "storefront"
# Less than this is the way of the request through the network, not a wrong clock.
SHOPS_OWN = frozenset({"refund"})
"""What no browser may say: it would take revenue off reports."""

_HONEST_SKEW = timedelta(seconds=5)
# As ingestion allows events.
_MOST_AHEAD = timedelta(minutes=5)


@dataclass(kw_only=True)
class Answer:
    """What became of a call. ``errors`` are those of ``user`` and ``consent``, by path.

    ``unreceipted`` are the places of items, of event and of line, whose receipts count as nothing,
    with why.
    """

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    unreceipted: dict[tuple[int, int], str] = field(default_factory=dict)

    def shown(self, locale: str) -> dict[str, Any]:
        """The body of the response."""
        rejected = sorted(self.rejected, key=lambda one: one.index)
        body: dict[str, Any] = {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": [
                {"index": r.index, "id": r.id, "code": r.code, "message": r.message.to(locale)}
                for r in rejected
            ],
        }
        if self.unreceipted:
            body["receipts"] = [
                {"index": index, "item": item, "code": code}
                for (index, item), code in sorted(self.unreceipted.items())
            ]
        return body | ({"errors": self.errors} if self.errors else {})


class Intake:
    """One call, read. :meth:`introduce` and then :meth:`settle` write down what it holds."""

    def __init__(
        self, envelope: wire.Envelope, received: datetime, origin: str, *, machine: bool = False
    ) -> None:
        self.machine = machine
        """Whether the browser says that it is a program."""
        self.receipts: dict[int, dict[int, str]] = {}
        """Receipts of recommended items, by the event's place in the call and the item's in it."""
        self._envelope = envelope
        self._received = received
        self._origin = origin
        skew = envelope.sent_at - received
        self._skew = skew if abs(skew) > _HONEST_SKEW else timedelta()
        # Read before any transaction begins: it holds up other writers.
        self._misfits: list[Rejection] = []
        self.events = self._read_events(envelope.events)
        """The events that could be read, by their place in the call."""

    def introduce(self, session: Session, answer: Answer) -> int | None:
        """Identify and record consent; a visitor whose anonymous past is still to be adopted."""
        known = self._identify(session, answer)
        self._consent(session, known.customer_id if known else None, answer)
        return known.visitor_id if known and known.more else None

    def settle(self, taken: Collection[int], rejected: Sequence[Rejection], answer: Answer) -> None:
        """Note what became of the events: the places of those taken, and the rejections."""
        answer.accepted = len(taken)
        answer.duplicates = len(self.events) - len(taken) - len(rejected)
        answer.rejected = [*self._misfits, *rejected]

    def _read_events(self, raws: Sequence[Raw]) -> dict[int, IncomingEvent]:
        events = {}
        for index, raw in enumerate(raws):
            try:
                read = wire.read_event(raw)
                event = self._event(read)
            except (Unreadable, OverflowError) as error:
                self._misfits.append(_misfit(index, raw, error))
                continue
            if canonical(event.name) in SHOPS_OWN:
                self._misfits.append(_shops_own(index, raw))
                continue
            events[index] = event
            if given := {at: each.receipt for at, each in enumerate(read.items) if each.receipt}:
                self.receipts[index] = given
        return events

    def _event(self, event: wire.Event) -> IncomingEvent:
        return IncomingEvent(
            id=event.id,
            name=event.name,
            occurred_at=event.time - self._skew,
            visitor=self._envelope.visitor,
            cart=event.cart_id,
            order=event.order_id,
            value=event.value,
            currency=event.currency,
            properties=_properties(event),
            items=[_item(item) for item in event.items],
        )

    def _identify(self, session: Session, answer: Answer) -> Identified | None:
        user = self._envelope.user
        if user is None:
            return None
        try:
            with session.begin_nested():
                return identification.identify(
                    session,
                    self._envelope.visitor,
                    external_id=user.id,
                    email=user.email,
                    phone=user.phone,
                    traits=user.traits,
                    now=self._received,
                )
        except InvalidInput as error:
            answer.errors |= _below("user", error.errors)
            return None

    def _consent(self, session: Session, customer_id: int | None, answer: Answer) -> None:
        for index, raw in enumerate(self._envelope.consent):
            path = f"consent[{index}]"
            try:
                statement = self._statement(wire.read_consent(raw), customer_id)
                consent.record_all(session, [statement])
            except (Unreadable, OverflowError) as error:
                answer.errors[path] = str(error)
            except InvalidInput as error:
                answer.errors |= _below(path, error.errors)

    def _statement(self, said: wire.ConsentStatement, customer_id: int | None) -> consent.Statement:
        if customer_id is None:
            raise InvalidInput({"": "Consent is somebody's: send a valid user in the same call."})
        at = said.at - self._skew if said.at else self._received
        if at > self._received + _MOST_AHEAD:
            raise InvalidInput({"at": "Consent can't be of the future; leave at out for now."})
        return consent.Statement(
            customer_id=customer_id,
            channel=said.channel,
            purpose=said.purpose,
            granted=said.granted,
            at=at,
            source=SOURCE,
            evidence={"origin": self._origin, "visitor": self._envelope.visitor},
            wording=said.wording,
        )


def _below(where: str, errors: Mapping[str, str]) -> dict[str, str]:
    return {f"{where}.{path}" if path else where: text for path, text in errors.items()}


def _misfit(index: int, raw: Raw, error: Exception) -> Rejection:
    text = Text(f"이벤트 형식이 올바르지 않습니다: {error}", f"The event does not fit: {error}")
    return Rejection(index, wire.claimed_id(raw) or "", "invalid_event", text)


def _shops_own(index: int, raw: Raw) -> Rejection:
    text = Text(
        "이 이벤트는 관리 API로만 보낼 수 있습니다.",
        "This event is the shop's own to tell: send it by the management API.",
    )
    return Rejection(index, wire.claimed_id(raw) or "", "shops_own", text)


def _properties(event: wire.Event) -> dict[str, Any] | None:
    """The event's own properties beside where it happened, as ``page_url`` and so on."""
    if event.page is None:
        return event.properties or None
    page = {"url": event.page.url, "title": event.page.title, "referrer": event.page.referrer}
    shown = {
        f"page_{name}": value[:LONGEST_TEXT] for name, value in page.items() if value is not None
    }
    return {**shown, **event.properties} or None


def _item(item: wire.Item) -> IncomingItem:
    return IncomingItem(
        product=item.product_id,
        name=item.name,
        category=item.category,
        brand=item.brand,
        price=item.price,
        quantity=item.quantity,
        url=item.url,
        image_url=item.image_url,
    )
