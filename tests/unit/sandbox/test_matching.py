import re

from hypothesis import given
from hypothesis import strategies as st

from growthcore.sandbox.sens.matching import fits

parts = st.lists(st.text("ab\n", max_size=3), min_size=1, max_size=4)


@given(parts, st.text("ab\n", min_size=1, max_size=12))
def test_a_text_fits_as_a_regular_expression_says(literals, sent):
    approved = "#{가}".join(literals)
    pattern = "(.*?)".join(re.escape(part) for part in literals)
    expected = bool(approved) and re.fullmatch(pattern, sent, re.DOTALL) is not None
    assert fits(approved, sent) == expected


@given(parts, st.data())
def test_a_template_that_is_filled_in_fits(literals, data):
    values = [data.draw(st.text("abc", max_size=3)) for _ in literals[1:]]
    filled = literals[0] + "".join(v + p for v, p in zip(values, literals[1:], strict=True))
    assert fits("#{가}".join(literals), filled) or not filled
