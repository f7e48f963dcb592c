"""What the demo shop tells about its products: blog posts, videos and reviews."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.catalog import content_clicks, contents
from growthcore.catalog.contents import ContentInput
from growthcore.catalog.models import Content
from growthcore.core import Core
from growthcore.demo.catalogue import PATH


@dataclass(frozen=True, kw_only=True)
class Story:
    """One of them. It was published ``days`` ago, and clicked so often since."""

    id: str
    kind: str
    title: str
    summary: str
    author: str
    keywords: Sequence[str]
    products: Sequence[str]
    days: int
    clicks: int

    def told(self, base_url: str, now: datetime) -> ContentInput:
        """The story as the shop at ``base_url`` tells it."""
        return ContentInput(
            external_id=self.id,
            kind=self.kind,
            title=self.title,
            url=self.url(base_url),
            image_url=self.image_url(base_url),
            summary=self.summary,
            author=self.author,
            keywords=self.keywords,
            products=self.products,
            published_at=now - timedelta(days=self.days),
        )

    def url(self, base_url: str) -> str:
        """Where it is read."""
        return f"{base_url}{PATH}/stories/{self.id}"

    def image_url(self, base_url: str) -> str:
        """The picture of what it is about."""
        return f"{base_url}{PATH}/images/{self.products[0]}.svg"


@cache
def stories() -> Mapping[str, Story]:
    """Every story by its id."""
    text = resources.files("growthcore.demo").joinpath("data/stories.toml").read_text("utf-8")
    return {given["id"]: Story(**given) for given in tomllib.loads(text)["stories"]}


def publish(core: Core, session: Session, *, base_url: str) -> None:
    """Tell all of them, and how often they were clicked."""
    now = core.clock.now()
    told = [story.told(base_url, now) for story in stories().values()]
    contents.upsert_contents(session, told, now=now)
    clicked = {(story.id, now.date()): story.clicks for story in stories().values()}
    content_clicks.count(session, clicked)


def move(core: Core, session: Session, *, base_url: str) -> None:
    """Have those that are still there be where the demo runs now."""
    known = session.scalars(select(Content.external_id).where(Content.external_id.in_(stories())))
    moved = [
        ContentInput(
            external_id=id_,
            url=stories()[id_].url(base_url),
            image_url=stories()[id_].image_url(base_url),
        )
        for id_ in known
    ]
    contents.upsert_contents(session, moved, now=core.clock.now())
