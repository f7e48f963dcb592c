"""People who are away at a provider to authorise a connection, until they come back with the state.

The state is what keeps somebody else's authorisation from being slipped to a signed-in person
(RFC 6749 §10.12): random, good once and for ten minutes, and only in the browser it was made for.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.operators import sessions
from growthcore.plugins.models import Authorisation

LIFE = timedelta(minutes=10)
"""How long somebody may take to agree."""


def begin(session: Session, account_id: int, *, sign_in_id: int, now: datetime) -> str:
    """Note that the person of a sign-in leaves for the provider. Returns the state to send along."""
    session.execute(delete(Authorisation).where(Authorisation.expires_at <= now))
    state = secrets.token_urlsafe(32)
    session.add(
        Authorisation(
            account_id=account_id,
            sign_in_id=sign_in_id,
            state_hash=sessions.hash_of(state),
            expires_at=now + LIFE,
        )
    )
    return state


def redeem(session: Session, state: str, *, sign_in_id: int, now: datetime) -> int:
    """The account that somebody comes back for; the state is used up.

    Raises :class:`InvalidInput` when they never left with it, came back before, or took too long.
    """
    hashed = sessions.hash_of(state)
    waiting = session.scalars(
        select(Authorisation)
        .where(Authorisation.sign_in_id == sign_in_id, Authorisation.expires_at > now)
        .with_for_update()
    )
    matching = [each for each in waiting if hmac.compare_digest(each.state_hash, hashed)]
    if not matching:
        raise InvalidInput(
            {
                "state": "This authorisation was not begun in this browser, was used before or took "
                "longer than 10 minutes. Begin it again."
            }
        )
    session.delete(matching[0])
    return matching[0].account_id
