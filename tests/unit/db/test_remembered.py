"""An answer holds for as long as it is fresh."""

from __future__ import annotations

import pytest

from growthcore.db.remembered import Remembered


def test_an_answer_is_asked_for_again_once_it_is_old():
    at, asked = [0.0], []
    remembered = Remembered(1.0, monotonic=lambda: at[0])

    def answer():
        asked.append(at[0])
        return len(asked)

    assert [remembered.get("a", answer), remembered.get("a", answer)] == [1, 1]
    assert remembered.get("b", answer) == 2
    at[0] = 1.0
    assert remembered.get("a", answer) == 3


def test_an_error_is_not_remembered():
    remembered = Remembered(1.0)
    with pytest.raises(ZeroDivisionError):
        remembered.get("a", lambda: 1 // 0)
    assert remembered.get("a", lambda: 1) == 1
