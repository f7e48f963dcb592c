"""The first minute of an installation: its shop and its first owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.operators import people, workspace
from growthcore.operators.people import NewPerson, Person
from growthcore.operators.roles import Role

_ACTOR = "setup"


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a setup says, checked."""

    shop: Mapping[str, Any]
    owner: NewPerson

    @classmethod
    def of(
        cls,
        shop: Mapping[str, Any],
        owner: Mapping[str, Any],
        told: Mapping[str, str] | None = None,
    ) -> Self:
        """Read ``name``, ``url`` and ``zone`` of the shop and the fields of its first owner.

        Raises :class:`InvalidInput` with everything that is wrong, of the shop at ``shop.…``, and
        with what was ``told`` to be wrong besides. Hashes: not in a transaction.
        """
        wrong, checked = dict(told or {}), {}
        try:
            checked = workspace.checked(shop, required=("name", "url", "zone"))
        except InvalidInput as error:
            wrong |= {f"shop.{at}": sentence for at, sentence in error.errors.items()}
        new = NewPerson.of({**owner, "role": Role.OWNER.value}, wrong)
        return cls(shop=checked, owner=new)


def run(session: Session, setup: Setup, *, now: datetime) -> Person:
    """Set the shop up; its owner has a password of their own. Raises :class:`InvalidInput` after that.

    Of two who try at once the second waits for the first: both change the shop's only row.
    """
    workspace.update(session, setup.shop, now=now, actor=_ACTOR)
    if people.anybody(session):
        raise InvalidInput({"": "The admin is set up already; sign in instead."})
    return people.add(session, setup.owner, must_change=False, now=now, actor=_ACTOR)
