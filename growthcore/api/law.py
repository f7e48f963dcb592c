"""What the law asks an advertising message to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The parts an advertising message must hold; a channel puts them where its medium wants them.

    ``label`` opens the message; ``forbidden_labels`` are spellings that do not count as one.
    ``sender`` and ``contact`` name who advertises, ``contact`` as one line ready to show. ``opt_out`` is
    the finished line that tells how to refuse free of charge: with ``opt_out_number`` in it where the
    medium goes by number, else for the channel to put its link beside.
    Source: 정보통신망법 article 50 (4), its decree article 61 (3).
    """

    label: str
    sender: str
    forbidden_labels: Sequence[str] = ()
    contact: str | None = None
    opt_out_number: str | None = None
    opt_out: str | None = None
