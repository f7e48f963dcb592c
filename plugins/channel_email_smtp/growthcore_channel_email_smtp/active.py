"""HTML written by hand, without what would do something where it is read: scripts, forms, frames.

No two mail programs read HTML alike, and a cleaner that reads and writes it anew loses what mails need:
conditional comments, style sheets in the head. In all of them, though, a tag begins with ``<`` and a
letter and is read alike from there on (https://html.spec.whatwg.org, 13.2.5.8 and 13.2.5.32 to 39). So
each such place is looked at, in a comment, a style sheet or an attribute as well: whatever a program
takes for a tag has been seen here. All else stays as it was written.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from growthcore.api import Text
from growthcore_channel_email_smtp.parts import SLOT

_WITH_CONTENT = frozenset({"script", "iframe", "select", "textarea", "noembed"})
_TAGS = _WITH_CONTENT | {
    *("applet", "base", "bgsound", "button", "datalist", "embed", "fencedframe", "form", "frame"),
    *("frameset", "input", "isindex", "keygen", "object", "optgroup", "option", "param", "portal"),
}
_ADDRESSES = frozenset(
    {
        *("action", "background", "by", "cite", "data", "dynsrc", "formaction", "from", "href"),
        *("icon", "longdesc", "lowsrc", "manifest", "ping", "poster", "src", "srcset", "to"),
        *("usemap", "values", "xlink:href"),
    }
)
# Pictures in these can't run what is in them; behind a link, an SVG would.
_PICTURES = frozenset({"src", "srcset", "background", "poster"})
_SCHEMES = ("javascript:", "vbscript:", "livescript:", "data:")
_SCRIPT = re.compile(r"(?:java|vb|live)script:|data:(?!image/)", re.IGNORECASE)
_SVG = re.compile(r"data:image/svg", re.IGNORECASE)
_IGNORED = re.compile("[\0-\x20\x7f-\xa0]+")

_OPENING = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*)")
_BLANK = re.compile(r"[\t\n\f\r /]*")
_ATTRIBUTE = re.compile(
    r"([^\t\n\f\r />][^\t\n\f\r />=]*)"
    r"(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?!>)(?:\"([^\"]*)(?:\"|\Z)|'([^']*)(?:'|\Z)|([^\t\n\f\r >]*)))?"
)
# Every variable is filled in later, with nothing in it that could end what it stands in.
_HIDDEN = "\ue000"
# These are no tags yet: one in a name is none to some programs, and where a variable or a mark of items
# falls away, what follows it would become one.
_BEGUN = re.compile(rf"<(?=/?(?:[a-zA-Z][^\t\n\f\r />{_HIDDEN}<]*)?[<{_HIDDEN}])")
_NUL = re.compile("\0")
# What a variable falls back to must not end what it stands in, however the HTML is cut at it.
_LOOKALIKE = str.maketrans("<>\"'`", "‹›”’’")
_AMBIGUOUS = re.compile(f"[\"'<=`{_HIDDEN}]")
_ROUNDS = 50


@dataclass(frozen=True)
class _Edit:
    """What stands between two places, and instead of what; ``told`` is what its author reads of it."""

    start: int
    end: int
    instead: str = ""
    told: str = ""


def without_active(source: str) -> tuple[str, Counter[str]]:
    """The HTML without anything active, and how often each thing was taken out, by its name.

    HTML with nothing active in it comes back as it is, but for attributes without quotes in which a
    variable or a quote stands: those get quotes.
    """
    taken: Counter[str] = Counter()
    for _round in range(_ROUNDS):
        # Taking something out may leave what was around it as a new tag.
        edits = list(_apart(_edits(source)))
        if not edits:
            return source, taken
        taken.update(edit.told for edit in edits if edit.told)
        source = _edited(source, edits)
    return html.escape(source, quote=False), taken


def told_of(taken: Counter[str]) -> Text:
    """What was taken out, for people."""
    korean = ", ".join(f"{name} {number}개" for name, number in taken.most_common())
    english = ", ".join(f"{name} ({number})" for name, number in taken.most_common())
    return Text(
        f"메일에서 동작하면 안 되는 부분을 HTML에서 뺐습니다: {korean}",
        f"Taken out of the HTML, since mails must not do anything: {english}",
    )


def _edited(source: str, edits: list[_Edit]) -> str:
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (source[at : edit.start], edit.instead)
        at = edit.end
    return "".join(pieces) + source[at:]


def _apart(edits: Iterator[_Edit]) -> Iterator[_Edit]:
    """Those that do not overlap, the first and longest ones; the others come in the next round."""
    end = 0
    for edit in sorted(edits, key=lambda each: (each.start, -each.end)):
        if edit.start >= end:
            yield edit
            end = edit.end


def _edits(source: str) -> Iterator[_Edit]:
    hidden = SLOT.sub(lambda slot: _HIDDEN * len(slot[0]), source)
    yield from (_Edit(*nul.span()) for nul in _NUL.finditer(source))
    yield from (_Edit(*begun.span(), "&lt;") for begun in _BEGUN.finditer(hidden))
    for slot in SLOT.finditer(source):
        if (plain := slot[0].translate(_LOOKALIKE)) != slot[0]:
            yield _Edit(*slot.span(), plain)
    reader = _Attributes(source, hidden)
    for tag in _OPENING.finditer(hidden):
        end = reader.read(tag.end())
        name = tag[2].lower()
        if name in _TAGS:
            told = "" if tag[1] else name
            yield _Edit(tag.start(), _content_end(hidden, tag, end), told=told)
    yield from reader.edits


def _content_end(hidden: str, tag: re.Match[str], end: int) -> int:
    name = tag[2].lower()
    if tag[1] or name not in _WITH_CONTENT:
        return end
    closing = re.compile(rf"</{name}[^>]*>", re.IGNORECASE).search(hidden, end)
    return closing.end() if closing else end


class _Attributes:
    """Reads the attributes of tags, each place once, however many tags it may belong to."""

    def __init__(self, source: str, hidden: str) -> None:
        self.edits: list[_Edit] = []
        self._source, self._hidden = source, hidden
        self._ends: dict[int, int] = {}

    def read(self, at: int) -> int:
        """Where the tag ends whose name does ``at``; what is wrong with its attributes is kept."""
        read = []
        while at not in self._ends:
            read.append(at)
            here = _blank_end(self._hidden, at)
            found = _ATTRIBUTE.match(self._hidden, here)
            if found is None:
                self._ends[at] = min(here + 1, len(self._hidden))
            else:
                self.edits += self._of(found)
                at = found.end()
        end = self._ends[at]
        self._ends.update(dict.fromkeys(read, end))
        return end

    def _of(self, found: re.Match[str]) -> Iterator[_Edit]:
        name = found[1].lower()
        group = next((n for n in (2, 3, 4) if found[n] is not None), None)
        value = self._source[slice(*found.span(group))] if group else ""
        if told := _wrong(name, value):
            yield _Edit(self._with_blank(found), found.end(), told=told)
        elif group == 4 and _AMBIGUOUS.search(found[4]):
            escaped = value.replace('"', "&quot;")
            yield _Edit(*found.span(4), f'"{escaped}"')

    def _with_blank(self, found: re.Match[str]) -> int:
        """Where an attribute begins, with the blank before it where another one follows or the end."""
        start, end = found.span()
        before, after = self._hidden[start - 1], self._hidden[end : end + 1]
        return start - (before.isspace() and (after in ("", ">") or after.isspace()))


def _blank_end(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _wrong(name: str, value: str) -> str:
    """What an attribute is called that does something; empty for any other."""
    if (name.startswith("on") and len(name) > 2) or _HIDDEN in name or "<!--" in name:
        return name.replace(_HIDDEN, "#")[:30]
    if name == "http-equiv":
        return "meta refresh" if _read(value).lower() == "refresh" else ""
    return _wrong_address(name, value) if name in _ADDRESSES else ""


def _wrong_address(name: str, value: str) -> str:
    filled = _read(SLOT.sub(_fallback, value))
    for step in filled.split(";") if name == "values" else [filled]:
        if _SCRIPT.match(step) or (name not in _PICTURES and _SVG.match(step)):
            return f"{name}={step.partition(':')[0].lower()}:"
    slot = SLOT.search(value)
    begun = _read(value[: slot.start()]).lower() if slot else ""
    return f"{name}={begun}" if begun and any(s.startswith(begun) for s in _SCHEMES) else ""


def _fallback(slot: re.Match[str]) -> str:
    return slot[0][:-1].partition("|")[2]


def _read(value: str) -> str:
    """A value as an address is read: without blanks and control characters, entities resolved."""
    return _IGNORED.sub("", html.unescape(value))
