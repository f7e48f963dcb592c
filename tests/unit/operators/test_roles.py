from __future__ import annotations

import pytest

from growthcore.operators.roles import Role

ORDER = [Role.VIEWER, Role.EDITOR, Role.MANAGER, Role.OWNER]


@pytest.mark.parametrize("role", ORDER)
def test_a_role_covers_itself_and_those_below(role):
    place = ORDER.index(role)
    assert [role.covers(other) for other in ORDER] == [other <= place for other in range(4)]


@pytest.mark.parametrize("role", ORDER)
def test_a_role_has_a_name_and_a_meaning_in_both_languages(role):
    assert all((role.title.ko, role.title.en, role.meaning.ko, role.meaning.en))
