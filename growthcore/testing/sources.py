"""An importer in memory, and the conformance suite of sources."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from growthcore.api import Imported, Part, Pulled, RejectedRow, Source, Webhook
from growthcore.api.schema import flatten
from growthcore.api.values import JSON
from growthcore.sources import rows
from growthcore.testing.checks import Check, GetFixture, expect, maker, suite
from growthcore.testing.providers import PROVIDER_CHECKS, no_io
from growthcore.testing.values import START

LARGEST_CURSOR = 16_384
_MOST_PAGES = 10_000
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,49}")
_GARBAGE = (b"", b"\xff", b"null", b"[]", b"{}", b'{"event_no": "x", "resource": 1}')


class MemoryImporter:
    """An :class:`growthcore.api.Importer` that keeps rows by their ids, as the core would.

    ``customers_by_id``, ``products_by_id`` and ``events_by_id`` hold what was told last, the order
    of events being that of their first telling; ``forgotten`` who left.
    """

    def __init__(self) -> None:
        self.customers_by_id: dict[str, dict[str, Any]] = {}
        self.products_by_id: dict[str, dict[str, Any]] = {}
        self.events_by_id: dict[str, dict[str, Any]] = {}
        self.forgotten: list[str] = []
        self.rejected: list[RejectedRow] = []
        self._said: dict[str, dict[str, bool]] = {}

    def customers(self, told: Sequence[JSON]) -> Imported:
        """Keep customers, and what they said."""
        for row in told:
            for each in row.get("consents", ()):
                if each.get("purpose", "advertising") == "advertising":
                    said = self._said.setdefault(str(row.get("external_id")), {})
                    said[each["channel"]] = each["granted"]
        return self._take(self.customers_by_id, rows.CustomerInput(), "external_id", told)

    def products(self, told: Sequence[JSON]) -> Imported:
        """Keep products."""
        return self._take(self.products_by_id, rows.ProductSchema(), "external_id", told)

    def events(self, told: Sequence[JSON]) -> Imported:
        """Keep events; one told before stays as it is."""
        fresh = [row for row in told if row.get("id") not in self.events_by_id]
        done = self._take(self.events_by_id, rows.EventInput(), "id", fresh)
        return Imported(accepted=len(told) - len(done.rejected), rejected=done.rejected)

    def said(self, external_ids: Collection[str]) -> Mapping[str, Mapping[str, bool]]:
        """What was said last."""
        return {each: self._said[each] for each in external_ids if each in self._said}

    def forget(self, external_ids: Collection[str]) -> None:
        """Note who left."""
        for each in external_ids:
            self.customers_by_id.pop(each, None)
            self.forgotten.append(each)

    @property
    def kept(self) -> dict[str, Any]:
        """Everything there is, to compare."""
        known = (self.customers_by_id, self.products_by_id, self.events_by_id)
        return json.loads(json.dumps(known, default=str))  # type: ignore[no-any-return]

    def _take(
        self, kept: dict[str, dict[str, Any]], schema: Schema, key: str, told: Sequence[JSON]
    ) -> Imported:
        rejected = []
        for index, row in enumerate(told):
            try:
                item = schema.load(row)
            except ValidationError as error:
                rejected.append(RejectedRow(index=index, errors=flatten(error.messages)))
                continue
            kept.setdefault(item[key], {}).update(item)
        self.rejected += rejected
        return Imported(accepted=len(told) - len(rejected), rejected=rejected)


def pull_all(
    source: Source, part: str, importer: MemoryImporter, cursor: JSON | None = None
) -> JSON:
    """Pull a part to its end, cursors through JSON as they are kept; returns the last one."""
    for _page in range(_MOST_PAGES):
        pulled = source.pull(part, cursor, importer)
        expect(isinstance(pulled, Pulled), "pull() must return a Pulled")
        text = json.dumps(pulled.cursor)
        expect(len(text) <= LARGEST_CURSOR, f"a cursor has at most {LARGEST_CURSOR} characters")
        if pulled.done:
            return json.loads(text)  # type: ignore[no-any-return]
        expect(pulled.cursor != cursor, "a page that is not the last must move the cursor on")
        cursor = json.loads(text)
    raise AssertionError(f"{part} does not come to its end in {_MOST_PAGES} pages")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A source under test; see :func:`source_conformance`."""

    make: Callable[[], Source]
    webhook: tuple[Mapping[str, str], bytes] | None


def check_parts_can_be_told_apart(subject: Subject) -> None:
    """Parts have slugs, each once, and titles in both languages; told without I/O."""
    source = subject.make()
    with no_io():
        parts = list(source.parts)
    expect(parts, "a source must have a part that is switched on in this suite")
    expect(all(isinstance(part, Part) for part in parts), "parts must be Parts")
    ids = [part.id for part in parts]
    expect(len(set(ids)) == len(ids), "every part needs an id of its own")
    expect(all(_SLUG.fullmatch(id_) for id_ in ids), "part ids are of a-z, 0-9 and _")
    titles = [text for part in parts for text in (part.title.ko, part.title.en)]
    expect(all(text.strip() for text in titles), "parts need titles in Korean and English")


def check_rows_fit(subject: Subject) -> None:
    """Every part comes to its end, and what it imports is in the forms the importer takes."""
    source, importer = subject.make(), MemoryImporter()
    for part in source.parts:
        pull_all(source, part.id, importer)
    wrong = [dict(each.errors) for each in importer.rejected]
    expect(not wrong, f"rows are rejected: {wrong[:3]}")


def check_pulling_again_doubles_nothing(subject: Subject) -> None:
    """All of it again, by a new source: the same customers, products and events by the same ids."""
    once, twice = MemoryImporter(), MemoryImporter()
    for importer, times in ((once, 1), (twice, 2)):
        for _time in range(times):
            source = subject.make()
            for part in source.parts:
                pull_all(source, part.id, importer)
    ids = [[sorted(each) for each in importer.kept] for importer in (once, twice)]
    expect(ids[0] == ids[1], "ids differ when the same is pulled again")


def check_a_page_can_be_pulled_again(subject: Subject) -> None:
    """A worker may die before it keeps the cursor: from the same one, another source does the same."""
    for part in subject.make().parts:
        importers = [MemoryImporter(), MemoryImporter()]
        cursors = []
        for importer in importers:
            first = subject.make().pull(part.id, None, importer)
            second = first if first.done else subject.make().pull(part.id, first.cursor, importer)
            cursors.append(second.cursor)
        expect(cursors[0] == cursors[1], f"{part.id}: the same page leads elsewhere")
        expect(
            importers[0].kept == importers[1].kept, f"{part.id}: the same page imports other rows"
        )


def check_what_is_new_is_found_from_the_last_cursor(subject: Subject) -> None:
    """The cursor of the last page is where a later pull begins, and it comes to its end too."""
    source, importer = subject.make(), MemoryImporter()
    for part in source.parts:
        last = pull_all(source, part.id, importer)
        pull_all(source, part.id, importer, last)


def check_webhooks_are_refused_unless_authentic(subject: Subject) -> None:
    """Nobody else's webhook is accepted; asked without I/O."""
    source = subject.make()
    with no_io():
        expect(not source.accepts({}, b"{}"), "a webhook without any proof must not be accepted")
        if subject.webhook is None:
            return
        headers, body = subject.webhook
        expect(source.accepts(headers, body), "the webhook of this suite must be accepted")
        forged = {name: f"{value}x" for name, value in headers.items()}
    expect(not source.accepts(forged, body), "a webhook with a wrong proof must not be accepted")


def check_webhooks_can_come_again_and_make_no_sense(subject: Subject) -> None:
    """Nonsense is skipped, and what comes twice counts once."""
    bodies = [*_GARBAGE, *([subject.webhook[1]] * 2 if subject.webhook else [])]
    posted = [
        Webhook(key=f"webhook-{place}", body=body, received_at=START)
        for place, body in enumerate(bodies)
    ]
    once, twice = MemoryImporter(), MemoryImporter()
    subject.make().receive(posted, once)
    for _time in range(2):
        subject.make().receive(posted, twice)
    expect(once.kept == twice.kept, "webhooks that come again must change nothing")


SOURCE_CHECKS: tuple[Check[Subject], ...] = (
    check_parts_can_be_told_apart,
    check_rows_fit,
    check_pulling_again_doubles_nothing,
    check_a_page_can_be_pulled_again,
    check_what_is_new_is_found_from_the_last_cursor,
    check_webhooks_are_refused_unless_authentic,
    check_webhooks_can_come_again_and_make_no_sense,
)


def source_conformance(
    factory: Callable[..., Source],
    *,
    webhook: tuple[Mapping[str, str], bytes] | None = None,
    expected_failures: Mapping[str, str] | None = None,
) -> pytest.MarkDecorator:
    """Run every check of a source as a test of its own.

    ``factory`` is a function whose arguments are fixtures; what it asks must be a stand-in that stays
    the same during a check. ``webhook`` is one it accepts: the headers that prove it, and its body.
    """

    def subject(fixture: GetFixture) -> Subject:
        return Subject(make=maker(factory, fixture), webhook=webhook)

    return suite((*PROVIDER_CHECKS, *SOURCE_CHECKS), subject, expected_failures or {})
