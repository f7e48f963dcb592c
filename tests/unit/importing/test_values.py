"""Cells of files as the domain knows them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import InvalidInput
from growthcore.events.importing import naming, values

SEOUL = values.instant(ZoneInfo("Asia/Seoul"))


@pytest.mark.parametrize(
    "cell", ["30000", "30000.00", 30_000, 30_000.0, Decimal("30000.00"), " 30000 "]
)
def test_money_of_a_currency_without_cents(cell):
    assert values.money("KRW")(cell) == 30_000


@pytest.mark.parametrize(
    "cell", ["12.5", 12.5, "1,000", "", "x", True, float("nan"), float("inf"), 2**60, "1e3", [1]]
)
def test_money_that_is_none(cell):
    with pytest.raises(ValueError, match="Give"):
        values.money("KRW")(cell)


@pytest.mark.parametrize("cell", ["12.00", 12.0])
def test_cents_are_not_guessed(cell):
    with pytest.raises(ValueError, match="smallest unit of USD"):
        values.money("USD")(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-01T10:00:00+09:00",
        "2026-02-01 10:00:00",
        "2026-02-01T01:00:00Z",
        datetime(2026, 2, 1, 1, tzinfo=UTC),
        datetime(2026, 2, 1, 10),
    ],
)
def test_a_time_without_an_offset_is_the_shops(cell):
    assert SEOUL(cell) == datetime(2026, 2, 1, 1, tzinfo=UTC)


def test_a_day_is_its_first_moment_in_the_shop():
    expected = datetime(2026, 1, 31, 15, tzinfo=UTC)
    assert SEOUL("2026-02-01") == SEOUL(date(2026, 2, 1)) == expected


@pytest.mark.parametrize("cell", ["", "soon", "0001-01-01", "9999-12-31", 5, None, "2026-13-01"])
def test_a_time_that_is_none(cell):
    with pytest.raises(ValueError, match="Give a time"):
        SEOUL(cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("35", 35),
        ("3.5", 3.5),
        ("-2", -2),
        ("007", "007"),
        ("01012345678", "01012345678"),
        ("true", True),
        ("VIP", "VIP"),
        ("12345678901234567890", "12345678901234567890"),
        (date(2026, 2, 1), "2026-02-01"),
        (Decimal("1.5"), 1.5),
    ],
)
def test_what_has_no_declared_type_is_guessed_without_loss(cell, value):
    assert values.plain(cell) == value
    assert type(values.plain(cell)) is type(value)


@given(st.text(max_size=30))
def test_any_text_is_converted_or_refused_with_a_sentence(cell):
    for convert in (values.text, values.whole, values.flag, SEOUL, values.plain_object):
        try:
            convert(cell)
        except ValueError as error:
            assert str(error).endswith(".")  # noqa: PT017


@pytest.mark.parametrize(
    ("file", "source"),
    [("orders.csv", "import:orders"), ("orders.csv.gz", "import:orders")],
)
def test_the_origin_is_called_after_the_file(file, source):
    assert naming.source_of(None, Path(file)) == source


def test_long_and_hangul_names_stay_apart_and_fit():
    files = ["purchases-2024-01.csv", "purchases-2024-02.csv", "주문.csv", "회원.csv"]
    sources = {naming.source_of(None, Path(file)) for file in files}
    assert len(sources) == 4
    assert max(map(len, sources)) <= 20


@pytest.mark.parametrize("name", ["", "a b", "x" * 14, "주문"])
def test_a_name_that_does_not_fit_is_refused(name):
    with pytest.raises(InvalidInput):
        naming.source_of(name, Path("a.csv"))
