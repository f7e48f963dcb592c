"""How fast a domain takes mail, learned from its answers. Pure: the same answers, the same pace.

A domain is free until it asks to be sent less. Then nothing goes for a while that doubles with each
refusal, and afterwards a few messages a window, half as many after each refusal. A window whose messages
are all taken doubles them, until the domain is free again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

WINDOW = 60.0
"""Seconds."""
FIRST = 16
"""Messages in the first window after the first refusal."""
FREE = 1_000
"""So many in a window are as good as free."""
LONGEST = 3_600.0
"""The longest wait after a refusal, in seconds."""
FORGOTTEN = 86_400.0
"""What a domain said so many seconds ago says nothing any more."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What a slow domain takes: ``allowed`` messages in the window that may begin at ``opens_at``.

    ``level`` counts refusals in a row, ``sent`` the messages of the window that was begun, ``taken``
    those of them that were accepted, ``told_at`` is when it last asked for less. Instants are Unix times
    in seconds.
    """

    level: int
    allowed: int
    opens_at: float
    told_at: float
    sent: int = 0
    taken: int = 0


def refused(pace: Pace | None, now: float) -> Pace:
    """The pace after an answer that asked for less. Refusals of one window count as one."""
    if pace is None:
        return Pace(level=1, allowed=FIRST, opens_at=now + wait_after(1), told_at=now)
    if pace.sent == 0 and now < pace.opens_at:
        return replace(pace, told_at=now)  # It was on its way already.
    level = pace.level + 1
    allowed = max(1, pace.allowed // 2)
    return Pace(level=level, allowed=allowed, opens_at=now + wait_after(level), told_at=now)


def accepted(pace: Pace, count: int) -> Pace | None:
    """The pace after ``count`` messages were taken; None for one who is free again."""
    if pace.sent == 0:
        return pace  # They were on their way before it asked for less.
    pace = replace(pace, taken=pace.taken + count)
    if pace.taken < pace.allowed:
        return pace
    allowed = pace.allowed * 2
    if allowed >= FREE:
        return None
    level = max(1, pace.level - 1)
    return replace(pace, level=level, allowed=allowed, sent=0, taken=0)


def admitted(pace: Pace, count: int, now: float) -> tuple[int, Pace]:
    """How many of ``count`` messages may go now, and the pace with them on their way.

    A window begins with its first message; whatever does not fit into it waits for the next one.
    """
    if now >= pace.opens_at:
        pace = replace(pace, sent=0, taken=0, opens_at=now + WINDOW)
    elif pace.sent == 0:
        return 0, pace
    going = max(0, min(count, pace.allowed - pace.sent))
    return going, replace(pace, sent=pace.sent + going)


def waits(pace: Pace, place: int, now: float) -> float:
    """Seconds until it is the turn of the message at ``place`` (0 first) of those that wait.

    At most :data:`LONGEST`: until then the pace may be another.
    """
    windows = place // pace.allowed
    return min(max(pace.opens_at - now, 0.0) + windows * WINDOW, LONGEST)


def wait_after(level: int) -> float:
    """Seconds in which nothing goes after so many refusals in a row."""
    return float(min(WINDOW * 2 ** min(level - 1, 16), LONGEST))


def is_forgotten(pace: Pace, now: float) -> bool:
    """Whether it was told so long ago that the domain counts as free."""
    return now - pace.told_at > FORGOTTEN
