"""How often a process looks for garbage."""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 50
"""New objects before the young ones are looked through, and how many times that before older ones are."""


def spare() -> None:
    """Have a process that lives long look for garbage less often, and not among what it starts with.

    It holds the catalogue and the code for good. Python's own settings look through all of that so
    often that it takes a sixth of the time of sending, and a third of that of recommending to many.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
