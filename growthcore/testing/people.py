"""People who are signed in to the admin of a test's shop."""

from __future__ import annotations

import secrets

from growthcore.core import Core
from growthcore.db.upsert import insert
from growthcore.operators import sessions
from growthcore.operators.models import Person
from growthcore.operators.roles import Role


def sign_in(core: Core, role: str = "owner", *, locale: str = "ko") -> tuple[str, str]:
    """Add a person of this role and sign them in; returns the cookie's name and value."""
    now, tag = core.clock.now(), secrets.token_hex(4)
    with core.db.unit() as session:
        person = session.scalars(
            insert(session, Person)
            .values(
                name="김하나",
                email=f"{role}-{tag}@example.com",
                role=Role(role),
                locale=locale,
                theme="light",
                password_hash="none",  # noqa: S106 - nobody signs in with it
                active=True,
                must_change_password=False,
                created_at=now,
            )
            .returning(Person)
        ).one()
        signed_in = sessions.begin(session, person, browser="test", now=now)
    secure = core.settings.base_url.startswith("https://")
    return "__Host-growthcore" if secure else "growthcore", signed_in.token
