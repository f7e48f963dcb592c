"""Contents out of a feed: RSS 2.0 (rssboard.org/rss-specification) or Atom (RFC 4287).

Blogs and video channels have one. Pictures are read of Media RSS (rssboard.org/media-rss), as YouTube
gives them, and of RSS enclosures.
"""

from __future__ import annotations

import hashlib
import html
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers import expat

import nh3
from msgspec import UNSET
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.catalog import contents
from growthcore.catalog.content_input import MOST_KEYWORDS, ContentInput
from growthcore.customers.outcomes import Upserted
from growthcore.operators import audit

LARGEST = 5 * 1024 * 1024
_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_SUMMARY = 300


def read(feed: bytes, kind: str) -> Sequence[ContentInput]:
    """Its entries as contents of that kind; each is known by its id when the feed is read again.

    Raises :class:`InvalidInput` for what is no feed.
    """
    if len(feed) > LARGEST:
        raise InvalidInput({"feed": f"A feed has at most {LARGEST // 1024 // 1024} MB."})
    root = _parsed(feed)
    entries = [*root.iterfind("channel/item"), *root.iterfind(f"{_ATOM}entry")]
    if not entries:
        raise InvalidInput({"feed": "This is no RSS or Atom feed, or it has no entries."})
    return [_content(entry, kind) for entry in entries]


def take(
    session: Session, items: Sequence[ContentInput], *, actor: str, now: datetime
) -> Sequence[Upserted]:
    """Make or change the contents of a feed, one outcome an item, in order."""
    done = contents.upsert_contents(session, items, now=now)
    audit.record(
        session,
        at=now,
        actor=actor,
        action="content.imported",
        kind="content",
        id="feed",
        details=Counter(one.change.value for one in done),
    )
    return done


def _parsed(feed: bytes) -> Element:
    try:
        _refuse_declarations(feed)
        # What makes XML dangerous stands in declarations, and there are none.
        parser = XMLParser()  # noqa: S314
        parser.feed(feed)
        root: Element = parser.close()
    except (ParseError, expat.ExpatError, LookupError, ValueError) as error:
        raise InvalidInput({"feed": f"This is not well-formed XML: {error}."}) from error
    return root


def _refuse_declarations(feed: bytes) -> None:
    """A document type can define entities that expand without end or read files."""

    def refuse(*_: Any) -> None:
        raise InvalidInput({"feed": "A feed with a document type (DOCTYPE) is not read."})

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(feed, True)


def _content(entry: Element, kind: str) -> ContentInput:
    url = _link(entry)
    known_by = _text(entry, "guid", f"{_ATOM}id") or url
    keywords = list(dict.fromkeys(_keywords(entry)))[:MOST_KEYWORDS]
    summary = _plain(_text(entry, "description", f"{_ATOM}summary", f".//{_MEDIA}description"))
    return ContentInput(
        external_id=f"feed-{hashlib.sha256(known_by.encode()).hexdigest()[:24]}",
        kind=kind,
        title=_plain(_text(entry, "title", f"{_ATOM}title"))[:300],
        url=url,
        image_url=_image(entry) or UNSET,
        summary=summary[:_SUMMARY] or UNSET,
        author=_text(entry, _CREATOR, f"{_ATOM}author/{_ATOM}name", "author")[:100] or UNSET,
        keywords=keywords or UNSET,
        published_at=_instant(_text(entry, "pubDate", f"{_ATOM}published", f"{_ATOM}updated")),
    )


def _text(entry: Element, *paths: str) -> str:
    """What stands in the first of these that is there."""
    found = (entry.findtext(path, "").strip() for path in paths)
    return next((text for text in found if text), "")


def _plain(markup: str) -> str:
    return " ".join(html.unescape(nh3.clean(markup, tags=set())).split())


def _link(entry: Element) -> str:
    links = entry.iterfind(f"{_ATOM}link")
    named = (each.get("href", "") for each in links if each.get("rel", "alternate") == "alternate")
    return next(named, "") or _text(entry, "link")


def _keywords(entry: Element) -> Iterator[str]:
    told = [each.text or "" for each in entry.iterfind("category")]
    told += [each.get("term", "") for each in entry.iterfind(f"{_ATOM}category")]
    return (each.strip()[:50] for each in told if each.strip())


def _image(entry: Element) -> str:
    for each in [*entry.iterfind(f".//{_MEDIA}thumbnail"), *entry.iterfind("enclosure")]:
        if each.tag != "enclosure" or each.get("type", "").startswith("image/"):
            return each.get("url", "")
    return ""


def _instant(text: str) -> Any:
    """When it was published, in the words of RSS or of Atom; nothing when that can't be told."""
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at: datetime = parse(text)
        except ValueError:
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return UNSET
