"""Texts that Kakao approved: only their variables may be filled, and nothing else changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_VARIABLE = re.compile(r"#\{([^}]+)\}")
_LINK = re.compile(r"(https?://)?#\{([^}]+)\}", re.IGNORECASE)


class Approved:
    """An approved text cut at its variables, such as ``#{고객명}``; white space counts."""

    def __init__(self, text: str) -> None:
        parts = _VARIABLE.split(text)
        self._fixed, self._slots = parts[::2], parts[1::2]

    @property
    def slots(self) -> Sequence[str]:
        """Its variables in order, each as often as it stands there."""
        return self._slots

    @property
    def names(self) -> frozenset[str]:
        """Its variables, as they are written between the braces."""
        return frozenset(self._slots)

    def fill(self, value: Callable[[str], str]) -> str:
        """The text with ``value(name)`` in place of each variable."""
        filled = [value(name) for name in self._slots]
        pairs = zip(self._fixed[1:], filled, strict=True)
        return self._fixed[0] + "".join(text + fixed for fixed, text in pairs)

    def allows(self, text: str) -> bool:
        """Whether ``text`` is this one with its variables filled, and none left.

        Kakao's own rule: each variable may be any text, the rest must be there in its order.
        """
        if "#{" in text:
            return False
        first, *rest = self._fixed
        if not rest:
            return text == first
        *middle, last = rest
        at = len(first) if text.startswith(first) else -1
        for fixed in middle:
            if at < 0 or (found := text.find(fixed, at)) < 0:
                return False
            at = found + len(fixed)
        return 0 <= at <= len(text) - len(last) and text.endswith(last)


def lone_variable(link: str) -> tuple[str, str] | None:
    """Scheme ("https://" or "") and variable of a link that is one variable and nothing else.

    Only such a link may lead anywhere, and so through us: the host of any other is approved.
    """
    found = _LINK.fullmatch(link.strip())
    return (found[1] or "", found[2]) if found else None
