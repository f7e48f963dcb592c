# The part of Flask-Babel that we use; it ships no types.

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask

class LazyString:
    def __init__(self, *arguments: Any, **values: Any) -> None: ...

class Babel:
    def __init__(
        self,
        app: Flask | None = ...,
        *,
        default_locale: str = ...,
        default_translation_directories: str = ...,
        locale_selector: Callable[[], str | None] | None = ...,
    ) -> None: ...

def gettext(text: str, **values: object) -> str: ...
def lazy_gettext(text: str, **values: object) -> LazyString: ...
def force_locale(locale: str) -> AbstractContextManager[None]: ...
