import pytest

from growthcore.events import vocabulary
from growthcore.events.vocabulary import ALIASES, STANDARD, canonical


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_segments_names_are_taken_in_every_spelling(alias, name):
    snake = alias.lower().replace(" ", "_")
    for spelling in (alias, alias.upper(), snake, alias.replace(" ", ""), alias.replace(" ", "-")):
        assert canonical(spelling) == name


@pytest.mark.parametrize("name", STANDARD)
def test_standard_names_are_taken_in_every_case(name):
    assert canonical(name) == name
    assert canonical(name.upper()) == name
    assert canonical(name.replace("_", " ").title()) == name


@pytest.mark.parametrize("name", ["my_event", "MyEvent", "a", "x" * 50])
def test_names_of_the_shops_own_stay_as_they_are(name):
    assert canonical(name) == name


@pytest.mark.parametrize("name", ["", "1st", "_x", "x" * 51, "my event!", "이벤트", "a\n", "a b c"])
def test_what_is_no_name_is_none(name):
    assert canonical(name) is None


def test_standard_numbers_are_unique_and_below_the_shops_own():
    assert len(set(STANDARD.values())) == len(STANDARD)
    assert max(STANDARD.values()) < vocabulary.FIRST_CUSTOM
