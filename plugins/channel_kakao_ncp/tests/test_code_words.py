"""Every code has words."""

from __future__ import annotations

from growthcore_channel_kakao_ncp.code_words import WORDS
from growthcore_channel_kakao_ncp.codes import DELIVERED, Meaning, meaning


def test_the_codes_that_mean_something_and_those_in_words_are_the_same():
    numbers = [f"{number:04}" for number in range(10_000)]
    known = {code for code in numbers if meaning(code) is not Meaning.MESSAGE}
    assert known - set(WORDS) == {DELIVERED}
    assert all(meaning(code) is Meaning.MESSAGE for code in set(WORDS) - known - {"B004"})
