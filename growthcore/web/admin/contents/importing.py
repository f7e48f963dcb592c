"""Taking contents out of a feed: of an address, or of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.catalog import feed_fetching, feeds
from growthcore.catalog.contents import Change, ContentInput, Upserted
from growthcore.catalog.feed_fetching import Fetched
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.contents.area import blueprint
from growthcore.web.current import core


@blueprint.get("/import")
@allow(Role.EDITOR)
def importing() -> Response:
    """Where the feed is."""
    return _page({})


@blueprint.post("/import")
@allow(Role.EDITOR)
def take() -> BaseResponse:
    """Take up every entry; those known already are changed."""
    try:
        fetched = _fetched()
        items = feeds.read(fetched.data, request.form.get("kind", ""))
    except InvalidInput as error:
        return _page(request.form, error)
    with core().db.unit() as session:
        done = feeds.take(session, items, actor=actor(), now=core().clock.now())
    _tell(items, done)
    if fetched.moved_to:
        told = _(
            "피드 주소가 바뀌었습니다. 다음부터 %(at)s 주소를 입력하십시오.", at=fetched.moved_to
        )
        pages.toast(told, "info")
    return pages.go("admin.contents.index")


def _fetched() -> Fetched:
    if file := request.files.get("file"):
        return Fetched(file.stream.read(feeds.LARGEST + 1))
    address = request.form.get("feed", "").strip()
    if not address:
        raise InvalidInput({"feed": "Give the feed's address, or choose a file."})
    return feed_fetching.fetch(core().http, address, public_only=True)


def _tell(items: Sequence[ContentInput], done: Sequence[Upserted]) -> None:
    counts = Counter(each.change for each in done)
    made, changed = counts[Change.CREATED], counts[Change.UPDATED]
    pages.toast(
        _(
            "새 콘텐츠 %(made)s개, 바뀐 콘텐츠 %(changed)s개를 가져왔습니다.",
            made=made,
            changed=changed,
        )
    )
    refused = [(item, each) for item, each in zip(items, done, strict=True) if each.errors]
    for item, each in refused[:1]:
        why = " ".join(pages.errors(InvalidInput(each.errors)).values())
        told = _(
            "%(n)s개는 가져오지 못했습니다. ‘%(title)s’: %(why)s",
            n=len(refused),
            title=item.title,
            why=why,
        )
        pages.toast(told, "danger")


def _page(values: Mapping[str, str], error: InvalidInput | None = None) -> Response:
    errors = pages.errors(error) if error else {}
    return pages.page(
        "admin/contents/import.html", 422 if error else 200, values=values, errors=errors
    )
