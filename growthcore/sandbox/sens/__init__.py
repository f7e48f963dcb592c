"""A stand-in for NAVER Cloud's SENS: AlimTalk, Brand Message and text messages.

Where the documents of SENS are silent, :class:`SensSettings` holds the guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from growthcore.api import Clock
from growthcore.clock import SystemClock
from growthcore.sandbox.faults import Faults, Faulty
from growthcore.sandbox.phone import PhoneInbox
from growthcore.sandbox.sens.catalogue import Catalogue
from growthcore.sandbox.sens.errors import scripted
from growthcore.sandbox.sens.gateway import application
from growthcore.sandbox.sens.messages import Messages
from growthcore.sandbox.sens.settings import (
    EXAMPLE_KEY,
    EXAMPLE_PROJECT,
    Key,
    Project,
    SensSettings,
)
from growthcore.sandbox.sens.state import Sens

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = [
    "EXAMPLE_KEY",
    "EXAMPLE_PROJECT",
    "Catalogue",
    "Key",
    "Project",
    "SandboxSens",
    "SensSettings",
]


class SandboxSens:
    """The stand-in, a WSGI application; serve it by :class:`growthcore.sandbox.serving.Served`.

    Messages that arrive are put into the inbox of ``folder``, if there is one: when somebody asks
    for anything after they ended, or by :meth:`deliver`.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        settings: SensSettings | None = None,
        catalogue: Catalogue | None = None,
        faults: Faults | None = None,
        clock: Clock | None = None,
    ) -> None:
        settings = settings or SensSettings()
        self.faults = faults or Faults()
        self.catalogue = catalogue or Catalogue()
        self.inbox = PhoneInbox(folder) if folder else None
        self._sens = Sens(
            settings=settings,
            clock=self.faults.clock(clock or SystemClock()),
            faults=self.faults,
            inbox=self.inbox,
            catalogue=self.catalogue,
            messages=Messages(settings),
        )
        app = application(self._sens)
        self._app = Faulty(app, self.faults, lambda answer: scripted(answer, settings))

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return self._app(environ, start)

    def deliver(self) -> None:
        """Hand every message whose time has come to the phone."""
        self._sens.deliver()

    def opt_out(self, number: str) -> None:
        """Have a person call the free number that stops advertising."""
        self._sens.opt_out(number)
