"""Taking contents out of a CSV file."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.catalog.contents import Change
from growthcore.events import uploads
from growthcore.events.importing.contents import Contents
from growthcore.events.importing.runner import Summary
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.contents.area import blueprint
from growthcore.web.current import core


@blueprint.get("/upload")
@allow(Role.EDITOR)
def uploading() -> Response:
    """Which file, and what its columns are called."""
    return _page()


@blueprint.post("/upload")
@allow(Role.EDITOR)
def upload() -> BaseResponse:
    """Take up every row that fits, and show what is wrong with the others."""
    file = request.files.get("file")
    data = file.stream.read(uploads.LARGEST + 1) if file else b""
    try:
        summary = uploads.take_contents(core(), data, actor=actor())
    except InvalidInput as error:
        return _page(error=error)
    if summary.rejected:
        return _page(summary)
    pages.toast(_told(summary))
    return pages.go("admin.contents.index")


def _told(summary: Summary) -> str:
    return _(
        "새 콘텐츠 %(made)s개, 바뀐 콘텐츠 %(changed)s개를 가져왔습니다.",
        made=summary.counts[Change.CREATED],
        changed=summary.counts[Change.UPDATED],
    )


def _page(summary: Summary | None = None, error: InvalidInput | None = None) -> Response:
    problems = summary.problems if summary else []
    return pages.page(
        "admin/contents/upload.html",
        422 if error or summary else 200,
        errors=pages.errors(error) if error else {},
        taken=_told(summary) if summary else None,
        rejected=summary.rejected if summary else 0,
        problems=[
            (number, column, why)
            for number, errors in problems
            for column, why in pages.errors(InvalidInput(errors)).items()
        ],
        fields=sorted(Contents.fields),
    )
