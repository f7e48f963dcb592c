"""The errors plugins raise and receive.

A small tree in which each class tells the core what to do next. Messages are shown to people:
they say what is wrong and what to do about it, and never hold a secret or an address.
"""

from __future__ import annotations

from collections.abc import Mapping


class GrowthCoreError(Exception):
    """Root of every expected error; anything else is a defect and is reported as one."""


class ConfigError(GrowthCoreError):
    """The account or installation cannot work until a person changes its configuration.

    Raised from :meth:`Channel.send`, it promises that nothing of the batch was handed over.
    """


class RetryableError(GrowthCoreError):
    """Nothing was handed over, and the same call may succeed later.

    ``after`` is the wait in seconds the other side asked for, if it did.
    """

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class PermanentError(GrowthCoreError):
    """The call failed and repeating it cannot help; nothing was handed over."""


class TrainingStopped(GrowthCoreError):
    """A training is to end here: somebody cancelled it, or its time is over. ``fit`` lets it through."""


class NoHistory(GrowthCoreError):
    """A segment leaf was asked "as of" a past moment, but what it reads keeps no history."""


class InvalidInput(GrowthCoreError):
    """Input that does not fit, told by place.

    ``errors`` maps a path such as ``"all[1].params.count"`` to a sentence saying what to change.
    """

    def __init__(self, errors: Mapping[str, str], message: str | None = None) -> None:
        self.errors = dict(errors)
        lines = [f"{path}: {text}" if path else text for path, text in self.errors.items()]
        super().__init__(message or "; ".join(lines))
