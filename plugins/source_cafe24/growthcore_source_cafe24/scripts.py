"""The storefront script in the pages of the shop: one script tag, replaced as a whole.

Cafe24 keeps a script's integrity with its tag, so a new version is a new address; a tag that was made
by an app which was removed since may be gone. See "Scripttags" at developers.cafe24.com.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from growthcore.api import AccountState, InvalidInput
from growthcore_source_cafe24.mall import Mall

_PATH: Final = "scripttags"
_INTEGRITY = re.compile(r"sha(384-[A-Za-z0-9+/]{64}|512-[A-Za-z0-9+/]{86}==)")


def install(mall: Mall, state: AccountState, src: str, integrity: str | None = None) -> str:
    """Put the script at ``src`` into every page, instead of the one there was; the tag's number.

    Raises :class:`InvalidInput` for an address that is no https or an integrity that is none.
    """
    parts = urlsplit(src)
    if parts.scheme != "https" or not parts.netloc:
        raise InvalidInput({"src": "Give an address that begins with https://."})
    if integrity is not None and not _INTEGRITY.fullmatch(integrity):
        raise InvalidInput({"integrity": "Give a hash such as sha384-… of the script's file."})
    request = {"src": src, "display_location": ["all"]}
    if integrity:
        request["integrity"] = integrity
    remove(mall, state)
    made = mall.change("POST", _PATH, request)
    number = str(made["scripttag"]["script_no"])
    state.update(lambda kept: kept.update(script_no=number))
    return number


def remove(mall: Mall, state: AccountState) -> bool:
    """Take the script out of the pages; False when this source has put none there."""
    number = state.read().get("script_no")
    if number is None:
        return False
    mall.change("DELETE", f"{_PATH}/{number}")
    state.update(lambda kept: kept.pop("script_no", None))
    return True
