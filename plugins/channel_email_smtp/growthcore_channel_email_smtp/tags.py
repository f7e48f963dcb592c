"""Links, read without changing a character around them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ATTRIBUTE = re.compile(r"""[\s/]*([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_TAG_NAME = re.compile(r"<[^\s/>]+")
# Without its semicolon, "&currency=KRW" is a parameter; html.unescape would make "¤cy=KRW" of it.
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_LONGEST_ALIAS = 100


@dataclass(frozen=True)
class Anchor:
    """A link's start tag: ``before`` and ``after`` the address, its ``data-alias`` taken out.

    ``href`` is unescaped, and empty where there is none.
    """

    href: str
    alias: str | None
    before: str
    after: str

    @classmethod
    def read(cls, tag: str) -> Anchor:
        """Take a start tag such as ``<a href="…">`` apart."""
        href, alias, before, rest, at = "", None, "", "", 0
        for name, value, start, end in _attributes(tag):
            if name == "data-alias":
                alias = value[:_LONGEST_ALIAS] or None
                rest += tag[at:start]
            elif name == "href" and not href:
                href = value
                before, rest = f'{rest}{tag[at:start]} href="', '"'
            else:
                continue
            at = end
        return cls(href, alias, before, rest + tag[at:])


def _attributes(tag: str) -> Iterator[tuple[str, str, int, int]]:
    """Name in small letters, unescaped value, and the place of each attribute."""
    opening = _TAG_NAME.match(tag)
    for found in _ATTRIBUTE.finditer(tag, opening.end() if opening else 0):
        raw = found[2] or ""
        if raw[:1] in ("'", '"'):
            raw = raw[1:-1]
        value = _ENTITY.sub(lambda entity: html.unescape(entity[0]), raw)
        yield found[1].lower(), value.strip(), found.start(), found.end()
