"""What the storefront API of the application at hand works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, request

from growthcore.core import Core
from growthcore.recommendations.journal import Journal
from growthcore.web.storefront.access import Gate
from growthcore.web.storefront.together import Writer
from growthcore.web.storefront.turns import Turns

EXTENSION = "growthcore.storefront"


@dataclass(frozen=True, kw_only=True, slots=True)
class Storefront:
    """One application's: found once a request, for it is asked for more often than anything else.

    ``write`` takes calls of ``collect``; ``turns`` say in which order answers are made, and ``journal``
    keeps what was answered.
    """

    core: Core
    gate: Gate
    turns: Turns
    write: Writer
    journal: Journal

    def admit(self, key: str) -> str:
        """Let the caller of the request at hand in and return its origin. Raises :class:`Refusal`."""
        # Looked up where they are: by Flask's headers it takes four times as long, at every call.
        environ = request.environ
        origin: str = environ.get("HTTP_ORIGIN", "")
        self.gate.admit(key, origin, environ.get("REMOTE_ADDR"))
        return origin


def storefront() -> Storefront:
    """The storefront that is being served."""
    return cast("Storefront", current_app.extensions[EXTENSION])
