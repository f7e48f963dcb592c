"""What a condition reads from: events, lines, attributes, consent and other segments, as SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, Select, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.selectable import SelectBase

from growthcore.api import Condition, InvalidInput, Members, NoHistory, PropertyFilter, Window
from growthcore.catalog.models import Category, Product
from growthcore.core import Core
from growthcore.customers.models import Consent, ConsentRecord, Customer, CustomerAttribute
from growthcore.events import vocabulary
from growthcore.events.models import Event, EventItem
from growthcore.operators import workspace
from growthcore.segments import compiler, estimates
from growthcore.segments.comparison import Stored, stored_columns, stored_json, stored_text
from growthcore.segments.definition import parse
from growthcore.segments.models import Segment

LATELY = timedelta(minutes=5)
"""A moment this recent is the present: a job reads the clock once and works for a while."""

_FIELDS: Mapping[str, InstrumentedAttribute[str | None]] = {
    "name": Customer.name,
    "locale": Customer.locale,
}
"""Attributes that are columns of the customer."""

_NEVER = -1


@dataclass(frozen=True, kw_only=True)
class SegmentQuery:
    """The :class:`~growthcore.api.ConditionQuery` of one evaluation.

    ``at`` in the past means "as of": what had happened by then, as far as is known now, among the
    customers there are now. ``within`` restricts everything to its ``customer_id``. ``inside`` are
    the saved segments being evaluated, outermost first; ``referred`` are all that were looked at.
    """

    core: Core = field(repr=False)
    session: Session = field(repr=False)
    at: datetime
    zone: ZoneInfo
    past: bool
    within: FromClause | None = None
    inside: tuple[int, ...] = ()
    referred: set[int] = field(default_factory=set)
    event: FromClause = Event.__table__
    item: FromClause = EventItem.__table__

    @classmethod
    def of(cls, core: Core, session: Session, at: datetime | None = None) -> SegmentQuery:
        """The query as of ``at``, which may lie in the past; without it, now."""
        now = core.clock.now()
        moment = at or now
        zone = ZoneInfo(workspace.get(session).zone)
        return cls(core=core, session=session, at=moment, zone=zone, past=moment < now - LATELY)

    def restricted(self, within: FromClause) -> SegmentQuery:
        """The same for the customers of ``within`` only, found one by one."""
        return replace(self, within=within)

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """The conditions that are installed."""
        return self.core.plugins.conditions

    def guarded(self, condition_id: str) -> AbstractContextManager[None]:
        """Turn what a condition raises unexpectedly into a failure of its plugin."""
        return self.core.plugins.guarded("condition", condition_id)

    def customers(self) -> Select[int]:
        """The ids of customers, gone ones among them, to ask something of their rows."""
        return self._of(Customer.id)

    def events(
        self, name: str, within: Window, filters: Sequence[PropertyFilter] = ()
    ) -> Select[int]:
        """Customer ids, one row an occurrence of the event inside the window."""
        matching = (
            stored_json(self._dialect, self.event.c.properties, each.property).compare(
                each.operator, each.value
            )
            for each in filters
        )
        return self._inside(self.event, name, within).where(*matching)

    def items(self, name: str, within: Window) -> Select[int]:
        """Customer ids, one row a line of such events inside the window."""
        return self._inside(self.item, name, within)

    def in_category(self, category: str) -> ColumnElement[bool]:
        """Whether ``item`` lies in the category or below it. False when the shop has no such one."""
        below = f"{category}/"
        near = select(Category.id, Category.path).where(
            Category.path.startswith(category, autoescape=True)
        )
        # LIKE ignores case on SQLite.
        ids = [
            id_
            for id_, path in self.session.execute(near)
            if path == category or path.startswith(below)
        ]
        return self.item.c.category_id.in_(ids) if ids else false()

    def of_product(self, external_id: str) -> ColumnElement[bool]:
        """Whether ``item`` is the product the shop calls so. False when the shop has no such one."""
        found = self.session.scalar(select(Product.id).where(Product.external_id == external_id))
        return self.item.c.product_id == found if found is not None else false()

    def attribute(self, name: str, operator: str, value: Any) -> Select[int]:
        """Customers whose attribute compares so; ``name`` and ``locale`` are the profile's own.

        Raises :class:`NoHistory` when asked as of a past moment.
        """
        if self.past:
            raise NoHistory("customer attributes keep no history; ask about now, or leave it out")
        if name in _FIELDS:
            statement = self.customers()
            stored: Stored = stored_text(self._dialect, _FIELDS[name])
        else:
            row = CustomerAttribute
            statement = self._of(row.customer_id).where(row.name == name)
            stored = stored_columns(self._dialect, text=row.text, number=row.number, flag=row.flag)
        return statement.where(stored.compare(operator, value))

    def consent(self, channel: str, purpose: str, granted: bool) -> Select[int]:
        """Customers whose newest consent record for the channel and purpose says so."""
        row = ConsentRecord if self.past else Consent
        said = self._of(row.customer_id).where(row.channel == channel, row.purpose == purpose)
        if not self.past:
            return said.where(Consent.granted.is_(granted))
        # Of two statements made at the same instant the withdrawal holds.
        order = (ConsentRecord.at.desc(), ConsentRecord.granted.asc())
        place = func.row_number().over(partition_by=ConsentRecord.customer_id, order_by=order)
        ranked = (
            said.where(ConsentRecord.at <= self.at)
            .add_columns(ConsentRecord.granted, place.label("place"))
            .subquery()
        )
        newest = (ranked.c.place == 1) & ranked.c.granted.is_(granted)
        return select(ranked.c.customer_id).where(newest)

    def segment(self, segment_id: int) -> Members:
        """The members of another segment. Raises :class:`InvalidInput` when there is none."""
        if segment_id in self.inside:
            raise InvalidInput(
                {"segment_id": f"Segment {segment_id} would contain itself; refer to another one."}
            )
        self.referred.add(segment_id)
        row = self.session.get(Segment, segment_id)
        if row is None:
            raise InvalidInput({"segment_id": f"There is no segment {segment_id}."})
        inner = replace(self, inside=(*self.inside, segment_id))
        try:
            return compiler.members(parse(row.definition, self.conditions), inner)
        except InvalidInput as error:
            raise InvalidInput({"segment_id": f"Segment {row.name!r}: {error}"}) from error
        except NoHistory as error:
            raise NoHistory(f"segment {row.name!r}: {error}") from error

    def estimate(self, statement: SelectBase) -> int:
        """About how many rows the select touches; 0 where everything is found one by one anyway."""
        return 0 if self.within is not None else estimates.rows_touched(self.session, statement)

    @property
    def _dialect(self) -> str:
        return self.session.get_bind().dialect.name

    def _inside(self, table: FromClause, name: str, window: Window) -> Select[int]:
        bounds = window.bounds(self.at, self.zone)
        number = vocabulary.name_id(self.session, name)
        statement = self._of(table.c.customer_id).where(
            table.c.name_id == (_NEVER if number is None else number),
            # In the very words of the partial indexes, else SQLite does not use them.
            table.c.customer_id.is_not(None),
            table.c.occurred_at <= bounds.until,
        )
        if bounds.since is not None:
            statement = statement.where(table.c.occurred_at > bounds.since)
        return statement

    def _of(self, customer_id: Any) -> Select[int]:
        """Customers by this column, restricted where only some are asked."""
        statement = select(customer_id.label("customer_id"))
        if self.within is None:
            return statement
        return statement.where(customer_id.in_(select(self.within.c.customer_id)))
