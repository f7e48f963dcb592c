"""Segment conditions: each is one set of customers, written as SQL over what the core offers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, Select
from sqlalchemy.sql.selectable import SelectBase

from growthcore.api.filters import PropertyFilter
from growthcore.api.provider import Provider
from growthcore.api.schema import ParamsSchema
from growthcore.api.text import Text
from growthcore.api.windows import Window


@dataclass(frozen=True)
class Members:
    """A set of customers.

    ``select`` gives distinct customer ids in one column. ``negated`` means everybody *but* those:
    "bought 0 times" is the few who did, taken away, never the million who did not. ``estimate`` is
    about how many rows the select touches; the compiler drives from the smallest.
    """

    select: SelectBase
    negated: bool = False
    estimate: int = 0


class ConditionQuery(Protocol):
    """What a condition may read. Everything is already restricted when one customer is asked.

    ``event`` has the columns ``customer_id``, ``occurred_at``, ``value`` (minor units) and
    ``properties`` (JSON); ``item`` has ``customer_id``, ``occurred_at``, ``product_id``,
    ``category_id``, ``quantity`` and ``amount`` (minor units, quantity times price).
    """

    @property
    def at(self) -> datetime:
        """The moment asked about."""

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""

    @property
    def event(self) -> FromClause:
        """Events of customers."""

    @property
    def item(self) -> FromClause:
        """The lines of such events."""

    def events(
        self, name: str, within: Window, filters: Sequence[PropertyFilter] = ()
    ) -> Select[int]:
        """Customer ids, one row an occurrence of the event inside the window."""

    def items(self, name: str, within: Window) -> Select[int]:
        """Customer ids, one row a line of such events inside the window."""

    def in_category(self, category: str) -> ColumnElement[bool]:
        """Whether ``item`` lies in the category or below it. False when the shop has no such one."""

    def of_product(self, external_id: str) -> ColumnElement[bool]:
        """Whether ``item`` is the product the shop calls so."""

    def attribute(self, name: str, operator: str, value: Any) -> Select[int]:
        """Customers whose attribute compares so; see :data:`growthcore.api.filters.OPERATORS`.

        Raises :class:`NoHistory` when asked as of a past moment.
        """

    def consent(self, channel: str, purpose: str, granted: bool) -> Select[int]:
        """Customers whose newest consent record for the channel and purpose says so."""

    def segment(self, segment_id: int) -> Members:
        """The members of another segment. Raises :class:`InvalidInput` when there is none."""

    def estimate(self, select: SelectBase) -> int:
        """About how many rows the select touches; cheap, counted up to a ceiling."""


class Condition(Provider):
    """One kind of segment condition.

    The only evaluation is :meth:`members`: the core runs it for a list, a count and one customer,
    so that they can never disagree.
    """

    Params: ClassVar[type[ParamsSchema]]

    @abstractmethod
    def members(self, query: ConditionQuery, params: Mapping[str, Any]) -> Members:
        """The customers that meet the condition. ``params`` is what ``Params`` loaded.

        Raises :class:`NoHistory` when ``query.at`` lies in the past and what the condition reads
        keeps no history.
        """

    @abstractmethod
    def describe(self, params: Mapping[str, Any]) -> Text:
        """The condition as a sentence that names every parameter given."""
