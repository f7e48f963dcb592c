from datetime import UTC, date, datetime

import pytest

from growthcore.api import InvalidInput
from growthcore.customers.profiles import Profile, check


def test_fields_are_normalised():
    told = check(Profile(external_id=" u1 ", email="A@B.kr", phone="010-1234-5678", name="홍길동"))
    assert told.external_id == "u1"
    assert told.columns["email"] == "a@b.kr"
    assert told.columns["phone"] == "+821012345678"
    assert told.columns["email_hash"]


def test_none_removes_and_left_out_leaves():
    told = check(Profile(external_id="u1", email=None))
    assert told.columns == {"email": None, "email_hash": None}


def test_every_wrong_field_is_told():
    with pytest.raises(InvalidInput) as caught:
        check(Profile(external_id="x" * 101, email="no", phone="no", name="x" * 101, locale="?"))
    assert set(caught.value.errors) == {"external_id", "email", "phone", "name", "locale"}


def test_somebody_must_be_meant():
    with pytest.raises(InvalidInput, match="external_id"):
        check(Profile(name="홍길동"))


def test_attributes_keep_their_kind():
    told = check(
        Profile(
            external_id="u1",
            attributes={
                "grade": "VIP",
                "points": 10,
                "member": True,
                "born": date(1990, 1, 2),
                "seen": datetime(2026, 1, 2, tzinfo=UTC),
                "gone": None,
            },
        )
    )
    assert told.attributes == {
        "grade": "VIP",
        "points": 10.0,
        "member": True,
        "born": "1990-01-02",
        "seen": "2026-01-02T00:00:00+00:00",
        "gone": None,
    }
    assert type(told.attributes["member"]) is bool


@pytest.mark.parametrize(
    ("name", "value"),
    [("a b", 1), ("1a", 1), ("x" * 51, 1), ("a", "x" * 501), ("a", [1]), ("a", float("inf")),
     ("a", 1e16), ("a", "x\x00")],
)  # fmt: skip
def test_attributes_that_do_not_fit_are_refused(name, value):
    with pytest.raises(InvalidInput, match="attributes"):
        check(Profile(external_id="u1", attributes={name: value}))


def test_more_than_a_hundred_attributes_are_refused():
    with pytest.raises(InvalidInput, match="100"):
        check(Profile(external_id="u1", attributes={f"a{n}": n for n in range(101)}))
