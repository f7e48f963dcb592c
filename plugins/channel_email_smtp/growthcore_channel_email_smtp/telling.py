"""What is wrong with a server, in the errors of GrowthCore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from growthcore.api import ConfigError, RetryableError
from growthcore_channel_email_smtp.server import Misconfigured, Unreachable


@contextmanager
def told() -> Iterator[None]:
    """Have an operator told of :class:`Misconfigured`; :class:`Unreachable` is for another time."""
    try:
        yield
    except Misconfigured as error:
        raise ConfigError(str(error)) from error
    except Unreachable as error:
        raise RetryableError(str(error)) from error
