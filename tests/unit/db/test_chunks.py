"""Long lists in SQL."""

import pytest
from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite

from growthcore.db.chunks import among
from growthcore.messaging.models import Message


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        (
            sqlite.dialect(),
            "messages.id IN (SELECT value FROM json_each(?)) AND messages.state = ?",
        ),
        (
            postgresql.dialect(),
            "messages.id = ANY (%(param_1)s::BIGINT[]) AND messages.state = %(state_1)s::VARCHAR",
        ),
    ],
    ids=["sqlite", "postgresql"],
)
def test_a_long_list_is_one_parameter_of_a_condition_that_an_index_serves(dialect, expected):
    statement = select(Message.id).where(and_(among(Message.id, [1, 2]), Message.state == "due"))
    assert str(statement.compile(dialect=dialect)).endswith(f"WHERE {expected}")
