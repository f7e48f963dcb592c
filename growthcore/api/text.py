"""Words shown to people, in the languages of the admin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One phrase in Korean and English. ``str()`` gives the Korean, the default language."""

    ko: str
    en: str

    def __str__(self) -> str:
        return self.ko

    def to(self, locale: str) -> str:
        """Return the phrase for ``locale`` (``"ko"``, ``"en"``, ``"en-US"`` …); unknown ones get English."""
        return (
            self.ko
            if locale.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0] == "ko"
            else self.en
        )
