"""An AlimTalk laid out for one recipient: the approved template with only its variables filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote

from growthcore.api import MissingValue, RenderContext, Template
from growthcore.api.values import JSON
from growthcore_channel_kakao_ncp import sms
from growthcore_channel_kakao_ncp.approved import Approved, lone_variable

LONGEST, LONGEST_WITH_ITEMS = 1000, 700
ADDED_LINE = 40
"""About so long is the line that templates of the types AD and MI carry."""
_LINKS = ("linkMobile", "linkPc", "schemeIos", "schemeAndroid")
_WEB = ("http://", "https://")


@dataclass(frozen=True, kw_only=True)
class AlimTalk:
    """A message ready to go but for the number. ``problem`` is why it must not go."""

    template: str
    body: Mapping[str, Any] = field(repr=False)
    revision: str = ""
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A template and its fillings, prepared once. ``failover`` is None where it is switched off."""

    code: str
    revision: str = ""
    approved: JSON
    values: Mapping[str, str]
    failover: Failover | None

    @property
    def needs(self) -> frozenset[str]:
        """The variables that the approved template has."""
        return frozenset(variables(self.approved))

    @property
    def names(self) -> frozenset[str]:
        """Our variables that the fillings use."""
        texts = [*self.values.values(), self.failover.text if self.failover else ""]
        return frozenset().union(*(Template(text).names for text in texts))

    @property
    def longest(self) -> int:
        """How long the text may be, the template's own lines taken off."""
        most = LONGEST_WITH_ITEMS if self.approved.get("item") else LONGEST
        added = ADDED_LINE if self.approved.get("messageType") in ("AD", "MI") else 0
        extra = self.approved.get("extraContent") or self.approved.get("extra") or ""
        return most - added - characters(str(extra))

    def render(self, recipient: RenderContext) -> AlimTalk:
        """For one recipient. Raises :class:`MissingValue`."""
        filling = _Filling(self, recipient)
        body = {name: value for name, value in filling.body().items() if value}
        problem = filling.problem or _too_long(body, self.longest)
        if self.failover:
            written = self.failover.template.render(recipient.values) or body["content"]
            text = sms.sendable(written)
            body |= self.failover.body(text)
            problem = problem or (sms.size(text) > sms.LONG and "failover_too_long") or None
        return AlimTalk(template=self.code, body=body, revision=self.revision, problem=problem)


@dataclass(frozen=True, kw_only=True)
class Failover:
    """The text message for whom KakaoTalk can't reach; ``sender`` "" is the channel's own number."""

    text: str
    sender: str

    @cached_property
    def template(self) -> Template:
        """The text, cut at its variables."""
        return Template(self.text)

    def body(self, text: str) -> dict[str, Any]:
        """What the request says of it."""
        config = {"type": sms.kind(text), "content": text}
        if self.sender:
            config["from"] = self.sender
        return {"useSmsFailover": True, "failoverConfig": config}


class _Filling:
    """One recipient's way through the template; ``problem`` is the first thing that is wrong."""

    def __init__(self, letter: Letter, recipient: RenderContext) -> None:
        self.problem: str | None = None
        self._letter = letter
        self._recipient = recipient

    def body(self) -> dict[str, Any]:
        approved = self._letter.approved
        return {
            **{name: self._text(approved.get(name)) for name in ("content", "title")},
            "headerContent": self._text(approved.get("headerContent")),
            "itemHighlight": self._inside(approved.get("itemHighlight") or {}),
            "item": self._inside(approved.get("item") or {}),
            "buttons": [self._button(each) for each in approved["buttons"]],
        }

    def _inside(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._inside(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._inside(each) for each in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, source: Any) -> str:
        approved = _cut(str(source or ""))
        return self._allowed(approved, approved.fill(self._value))

    def _button(self, button: Mapping[str, str]) -> dict[str, str]:
        filled = dict(button)
        for name in _LINKS:
            if name in button:
                filled[name] = self._link(button[name], button["name"])
        return filled

    def _link(self, source: str, alias: str) -> str:
        approved = _cut(source)
        if lone := lone_variable(source):
            return self._allowed(approved, self._tracked(*lone, alias))
        return self._allowed(approved, approved.fill(self._quoted))

    def _tracked(self, scheme: str, name: str, alias: str) -> str:
        """A link that may lead anywhere leads through us, unless our scheme is not the approved one."""
        written = address(self._source(name), self._recipient.values)
        url = written if written.lower().startswith(_WEB) else f"{scheme or 'https://'}{written}"
        if not written or " " in url:
            self.problem = self.problem or "link_invalid"
            return url
        tracked = self._recipient.link(url, alias)
        return tracked if tracked.startswith(scheme) else scheme + url.split("://", 1)[1]

    def _value(self, name: str, escape: Callable[[str], str] | None = None) -> str:
        return Template(self._source(name), escape).render(self._recipient.values)

    def _quoted(self, name: str) -> str:
        """A piece of an address, in which a customer's words can't begin another piece."""
        return self._value(name, _quoted)

    def _source(self, name: str) -> str:
        if name not in self._letter.values:
            raise MissingValue(name)
        return self._letter.values[name]

    def _allowed(self, approved: Approved, text: str) -> str:
        if not approved.allows(text):
            self.problem = self.problem or "template_mismatch"
        return text


def variables(approved: JSON) -> Sequence[str]:
    """The variables of an approved template, each once, in the order of its parts."""
    return list(dict.fromkeys(slot for text in _texts(approved) for slot in _cut(text).slots))


@lru_cache(maxsize=1024)
def _cut(text: str) -> Approved:
    """An approved text, cut once for everybody it goes to."""
    return Approved(text)


def address(source: str, values: Mapping[str, str]) -> str:
    """A link filled in: a variable at its beginning is an address, further on a piece of one."""
    first, *rest = Template(source).pieces
    start, *rest = rest if first == "" and rest else [first, *rest]
    filled = [each if isinstance(each, str) else _quoted(each.value(values)) for each in rest]
    return ((start if isinstance(start, str) else start.value(values)) + "".join(filled)).strip()


def _quoted(value: str) -> str:
    return quote(value, safe="")


def characters(text: str) -> int:
    """The length as KakaoTalk counts it: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _too_long(body: Mapping[str, Any], longest: int) -> str | None:
    """What is longer than Kakao takes, once it is filled."""
    item, highlight = body.get("item") or {}, body.get("itemHighlight") or {}
    summary = item.get("summary") or {}
    bounded = [
        (body.get("content"), longest, "text_too_long"),
        (body.get("title"), 50, "title_too_long"),
        (body.get("headerContent"), 16, "header_too_long"),
        (highlight.get("title"), 30, "highlight_too_long"),
        (highlight.get("description"), 19, "highlight_too_long"),
        (summary.get("description"), 14, "summary_too_long"),
        *((each.get("description"), 23, "item_too_long") for each in item.get("list") or ()),
    ]
    found = (problem for text, most, problem in bounded if characters(str(text or "")) > most)
    return next(found, None)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
