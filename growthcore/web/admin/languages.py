"""Korean and English. Korean source text is the message id, so Korean needs no catalogue."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g, request
from flask_babel import Babel

LANGUAGES = ("ko", "en")
_TRANSLATIONS = Path(__file__).parent / "translations"


def current() -> str:
    """The reader's language: the one they chose, else the browser's, else Korean."""
    person = g.get("person")
    if person is not None and person.locale in LANGUAGES:
        chosen: str = person.locale
        return chosen
    return request.accept_languages.best_match(LANGUAGES, "ko") or "ko"


def register(app: Flask) -> None:
    """Have ``_()`` speak the reader's language."""
    Babel(
        app,
        default_locale="ko",
        default_translation_directories=str(_TRANSLATIONS),
        locale_selector=current,
    )
