"""Reading the audit log."""

from __future__ import annotations

import pytest

from growthcore.operators import audit, history
from growthcore.testing.values import START


@pytest.fixture
def log(database):
    """Four entries, of two people's doing."""
    entries = [
        ("cli", "key.issued", "key", 1),
        ("cli", "key.revoked", "key", 1),
        ("7", "key.issued", "key", 2),
        ("7", "origin.added", "origin", 1),
    ]
    with database.unit() as session:
        for actor, action, kind, id_ in entries:
            audit.record(session, at=START, actor=actor, action=action, kind=kind, id=id_)
    return database


@pytest.mark.parametrize(
    ("wanted", "actions"),
    [
        ({}, ["origin.added", "key.issued", "key.revoked", "key.issued"]),
        ({"action": "key.issued"}, ["key.issued", "key.issued"]),
        ({"actor": "7"}, ["origin.added", "key.issued"]),
        ({"kind": "key", "id": "1"}, ["key.revoked", "key.issued"]),
        ({"kind": "key", "actor": "7", "action": "key.revoked"}, []),
    ],
)
def test_entries_are_found_by_what_is_wanted_of_them_newest_first(log, wanted, actions):
    with log.read() as session:
        found = history.find(session, **wanted)
    assert [entry.action for entry in found.items] == actions
    assert found.total == len(actions)


def test_a_page_has_its_part_of_all(log):
    with log.read() as session:
        found = history.find(session, offset=1, limit=2)
    assert [entry.action for entry in found.items] == ["key.issued", "key.revoked"]
    assert found.total == 4


def test_what_is_in_the_log_is_listed_for_choosing(log):
    with log.read() as session:
        assert history.actions(session) == ["key.issued", "key.revoked", "origin.added"]
        assert history.kinds(session) == ["key", "origin"]


def test_people_are_named_and_others_are_not(log, add):
    person = add("owner")
    with log.unit() as session:
        audit.record(session, at=START, actor=str(person.id), action="key.issued", kind="key", id=3)
    with log.read() as session:
        actors = history.actors(session)
    assert actors["cli"] is None
    assert actors[str(person.id)] == "김민지"
