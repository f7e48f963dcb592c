from __future__ import annotations

import pytest

from growthcore.operators import people
from growthcore.operators.people import NewPerson
from growthcore.testing.values import START

PASSWORD = "느린 고래 세 마리가 웃는다"


@pytest.fixture(autouse=True)
def _cheap(cheap_passwords):
    """Hashes that cost next to nothing."""


@pytest.fixture
def add(database):
    """``add("manager")``: a person of that role, with the password ``PASSWORD``."""

    def make(role="owner", email=None, **values):
        given = {"name": "김민지", "email": email or f"{role}@shop.com", "role": role, **values}
        new = NewPerson.of({"password": PASSWORD, **given})
        with database.unit() as session:
            return people.create(session, new, now=START, by=None)

    return make
