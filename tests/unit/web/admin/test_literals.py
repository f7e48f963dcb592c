"""What people enter to compare with, and what is kept of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.web.admin.literals import read, read_all, show

SCALARS = (
    st.text(max_size=20)
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.decimals(-1000, 1000, places=2).map(float)
)


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("VIP", "VIP"),
        ("10", 10),
        ("-3.5", -3.5),
        ("06236", "06236"),
        ("1e5", "1e5"),
        ("inf", "inf"),
        ('"10"', "10"),
        ("true", True),
        ('"true"', "true"),
        ('"', '"'),
    ],
)
def test_only_what_is_plainly_a_number_becomes_one(entered, kept):
    found = read(entered)
    assert (found, type(found)) == (kept, type(kept))


def test_several_are_parted_by_commas_that_are_not_quoted():
    assert read_all('서울, 10, "a, b",') == ["서울", 10, "a, b"]


@given(SCALARS)
def test_what_is_shown_reads_as_it_was(value):
    found = read(show(value))
    assert (found, type(found)) == (value, type(value))


@given(st.lists(SCALARS, max_size=5))
def test_so_do_several(values):
    assert read_all(show(values)) == values
