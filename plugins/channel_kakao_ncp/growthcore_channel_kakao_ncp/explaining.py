"""What SENS's refusals mean for whoever looks after the account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from growthcore.api import ConfigError, GrowthCoreError, RetryableError
from growthcore_channel_kakao_ncp.client import Refused, Unreadable

_TOLERANCE = 300.0
"""Seconds by which the gateway lets a clock be off."""
_CLOCK = (
    "NAVER Cloud refuses the requests because this server's clock is more than 5 minutes off. "
    "Set the clock by NTP."
)
_KEY = (
    "NAVER Cloud does not accept the key. Check the access key and the secret key, and that this "
    "server's clock is right."
)
_PERMISSION = (
    "The key may not use this service. Check the service id, and that the key's account may use "
    "SENS."
)
_CHANNEL = (
    "NAVER Cloud forbids the request: the Kakao channel is not one of this project. Check the channel "
    "id and the service id."
)
_SERVICE = "There is no such SENS service. Copy the service id from the project in the NCP console."


def explained(refused: Refused) -> GrowthCoreError:
    """The error to raise: :class:`RetryableError` for what passes by itself, else :class:`ConfigError`."""
    if refused.status == 429:
        return RetryableError("NAVER Cloud takes no more calls now.", after=refused.wait)
    if refused.status >= 500:
        return RetryableError(f"NAVER Cloud has a problem of its own ({refused}). Try again later.")
    if refused.status == 401:
        return ConfigError(_unauthorised(refused))
    if refused.status == 403:
        return ConfigError(_CHANNEL)
    if refused.status == 404:
        return ConfigError(_SERVICE)
    said = f"{refused}: {refused.details[:200]}" if refused.details else str(refused)
    return ConfigError(f"NAVER Cloud refuses the request ({said}). Check the account's settings.")


def _unauthorised(refused: Refused) -> str:
    if refused.code == "210":
        return _PERMISSION
    return _CLOCK if refused.skew is not None and abs(refused.skew) > _TOLERANCE else _KEY


@contextmanager
def explaining() -> Iterator[None]:
    """Raise :class:`ConfigError` or :class:`RetryableError` for whatever goes wrong inside.

    For questions, which may be asked again; not for sending.
    """
    try:
        yield
    except Refused as refused:
        raise explained(refused) from refused
    except Unreadable as error:
        raise RetryableError(f"NAVER Cloud answered what can't be read: {error}.") from error
    except ConnectionError as error:
        raise RetryableError(f"NAVER Cloud did not answer: {error}.") from error
