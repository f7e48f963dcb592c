"""The conformance suite of segment conditions."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from marshmallow import Schema, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import OPERATORS, Condition, Members
from growthcore.core import Core
from growthcore.customers.models import Customer
from growthcore.db.unit_of_work import Database
from growthcore.plugins import discovery
from growthcore.segments import service
from growthcore.segments.query import SegmentQuery
from growthcore.testing.checks import (
    BoundCheck,
    Check,
    GetFixture,
    expect,
    maker,
    parametrized,
)
from growthcore.testing.plugins import a_plugin
from growthcore.testing.populations import populate
from growthcore.testing.providers import PROVIDER_CHECKS

Path = tuple[str | int, ...]
"""Where a value stands inside params."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A condition under test; see :func:`condition_conformance`."""

    make: Callable[[], Condition]
    samples: Sequence[Mapping[str, Any]]
    build_core: Callable[[], Core]
    customers: Callable[[Session], None]
    prepare: Callable[[Session], None]

    @cached_property
    def core(self) -> Core:
        """A shop that has the condition; what the samples refer to is there, and nobody else."""
        core = self.build_core()
        with core.db.unit() as session:
            self.prepare(session)
        return core

    def each(self) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Each sample's params as people write them, and as the core hands them over."""
        schema = self.make().Params()
        for raw in self.samples:
            yield raw, schema.load(raw)

    def definitions(self) -> list[Mapping[str, Any]]:
        """Each sample as a segment."""
        return [{"condition": self.make().id, "params": raw} for raw in self.samples]

    def members(self, session: Session, params: Mapping[str, Any]) -> Members:
        """The condition's own answer."""
        return self.make().members(SegmentQuery.of(self.core, session), params)

    def populated(self) -> None:
        """Fill the shop."""
        with self.core.db.unit() as session:
            self.customers(session)


def check_members_is_one_column_of_ids(subject: Subject) -> None:
    """``Members.select`` has one column, the customers' ids; the estimate is a count of rows."""
    subject.populated()
    with subject.core.db.read() as session:
        for _raw, params in subject.each():
            found = subject.members(session, params)
            expect(isinstance(found, Members), "members() must return Members")
            expect(len(found.select.selected_columns) == 1, "the select must have one column")
            expect(found.estimate >= 0, "the estimate is a number of rows")
            ids = session.scalars(select(found.select.subquery().c[0])).all()
            expect(all(isinstance(each, int) for each in ids), "the select must give customer ids")


def check_values_are_bound(subject: Subject) -> None:
    """What a marketer types is never part of the SQL text: compare with the value itself."""
    subject.populated()
    with subject.core.db.read() as session:
        for raw, params in subject.each():
            sql = str(subject.members(session, params).select.compile(session.get_bind()))
            for text in (leaf for _place, leaf in _places(raw) if isinstance(leaf, str)):
                expect(f"'{text}'" not in sql, f"{text!r} stands in the SQL as a literal")


def check_empty_shop_has_no_members(subject: Subject) -> None:
    """Without customers nobody is in any segment, negated or not, and nothing fails."""
    with subject.core.db.read() as session:
        for definition in subject.definitions():
            count = service.count(subject.core, session, definition)
            expect(count == 0, f"{count} members in an empty shop")


def check_one_customer_agrees_with_the_list(subject: Subject) -> None:
    """A list, a count and a question about one customer are the same statement, and agree."""
    subject.populated()
    core = subject.core
    with core.db.read() as session:
        everybody = session.scalars(select(Customer.id)).all()
        for definition in subject.definitions():
            listed = service.members(core, session, definition)
            alone = [i for i in everybody if service.contains(core, session, definition, [i])]
            expect(sorted(listed) == sorted(alone), "one by one, other customers are members")
            expect(len(listed) == service.count(core, session, definition), "count and list differ")


def check_samples_tell_customers_apart(subject: Subject) -> None:
    """In a shop with customers of every sort, some sample holds for some and not for others."""
    subject.populated()
    core = subject.core
    with core.db.read() as session:
        everybody = len(session.scalars(select(Customer.id)).all())
        counts = [service.count(core, session, each) for each in subject.definitions()]
        expect(any(0 < count < everybody for count in counts), f"{counts} of {everybody} customers")


def check_same_params_give_the_same_sql(subject: Subject) -> None:
    """The condition holds no state: two instances write the same statement."""
    subject.populated()
    with subject.core.db.read() as session:
        for _raw, params in subject.each():
            first, second = (str(subject.members(session, params).select) for _ in range(2))
            expect(first == second, "two instances write different SQL")


def check_describe_names_every_param(subject: Subject) -> None:
    """The sentence holds every value that was filled in: another value, another sentence."""
    condition = subject.make()
    schema = condition.Params()
    for raw, params in subject.each():
        text = condition.describe(params)
        expect(text.ko.strip() and text.en.strip(), "describe in Korean and English")
        for place, changed in _variants(schema, raw):
            other = condition.describe(changed)
            expect(
                other.ko != text.ko and other.en != text.en,
                f"the sentence stays the same when {place} changes: {text.ko!r}, {text.en!r}",
            )


CONDITION_CHECKS: tuple[Check[Subject], ...] = (
    check_members_is_one_column_of_ids,
    check_values_are_bound,
    check_empty_shop_has_no_members,
    check_one_customer_agrees_with_the_list,
    check_samples_tell_customers_apart,
    check_same_params_give_the_same_sql,
    check_describe_names_every_param,
)


def condition_conformance(
    factory: Callable[..., Condition],
    *,
    samples: Sequence[Mapping[str, Any]],
    customers: Callable[[Session], None] = populate,
    prepare: Callable[[Session], None] = lambda _session: None,
    expected_failures: Mapping[str, str] | None = None,
) -> pytest.MarkDecorator:
    """Run every check of a condition as a test of its own, on SQLite and on PostgreSQL.

    ``factory`` is the class, or a function whose arguments are fixtures. ``samples`` are params as a
    marketer fills them in, every one of them used in some sample. ``customers`` makes those they are
    asked about; some must be members and some not. ``prepare`` makes what the samples refer to, such
    as another segment, and no customers.
    """

    def on(dialect: str) -> Callable[[GetFixture], Subject]:
        def subject(fixture: GetFixture) -> Subject:
            make = maker(factory, fixture)
            return Subject(
                make=make,
                samples=samples,
                build_core=lambda: _core_with(type(make()), dialect, fixture),
                customers=customers,
                prepare=prepare,
            )

        return subject

    everywhere = (("sqlite", ()), ("postgresql", (pytest.mark.postgres,)))
    return parametrized(
        [
            *((BoundCheck(check, on("sqlite")), "", ()) for check in PROVIDER_CHECKS),
            *(
                (BoundCheck(check, on(dialect)), dialect, marks)
                for check in CONDITION_CHECKS
                for dialect, marks in everywhere
            ),
        ],
        expected_failures or {},
    )


def _core_with(condition: type[Condition], dialect: str, fixture: GetFixture) -> Core:
    """A shop that has this condition beside those that are installed."""
    database: Database = fixture(f"{dialect}_database")
    make_core = fixture("make_core")
    core: Core = make_core(database)
    if condition.id in core.plugins.conditions:
        return core
    tried = a_plugin("condition_under_test", growthcore_segment_conditions=lambda: [condition])
    added: Core = make_core(database, [*discovery.installed(), tried])
    return added


def _variants(schema: Schema, raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The sample with one value changed to another that is valid, for every value where one is."""
    for path, leaf in _places(raw):
        for other in _others(leaf):
            try:
                loaded = schema.load(_with(raw, path, other))
            except ValidationError:
                continue
            yield ".".join(map(str, path)), loaded
            break


def _places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping | list):
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, each in items:
            yield from _places(each, (*path, key))
    else:
        yield path, value


def _others(leaf: Any) -> list[Any]:
    """What might stand in place of a value."""
    if isinstance(leaf, bool):
        return [not leaf]
    if isinstance(leaf, int | float):
        return [leaf + 1]
    return [f"{leaf}x", *(each for each in OPERATORS if each != leaf)]


def _with(value: Any, path: Path, leaf: Any) -> Any:
    if not path:
        return leaf
    changed = copy.copy(value)
    changed[path[0]] = _with(value[path[0]], path[1:], leaf)
    return changed
