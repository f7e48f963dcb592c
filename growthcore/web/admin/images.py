"""Images of messages: uploaded, chosen in the editor, and removed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.campaigns import images
from growthcore.campaigns.models import Image
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

blueprint = Blueprint("images", __name__, url_prefix="/settings/images")


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Every image."""
    return _page()


@blueprint.get("/list")
@allow(Role.EDITOR)
def choices() -> Response:
    """Images for the editor to choose from, newest first."""
    with core().db.read() as session:
        found = images.find(session, request.args.get("q", ""), limit=60)
    return jsonify([_shown(each) for each in found.items])


@blueprint.post("/")
@allow(Role.EDITOR)
def upload() -> BaseResponse | tuple[Response, int]:
    """Keep a file; answers with the image in JSON where that is asked for, as the editor does."""
    file, wanted = request.files.get("file"), request.accept_mimetypes.best == "application/json"
    name = (file.filename if file else None) or ""
    try:
        encoded = images.encode(file.stream.read(images.LARGEST + 1) if file else b"")
    except InvalidInput as error:
        if wanted:
            return jsonify(errors=dict(pages.errors(error))), 422
        return _page(error)
    with core().db.unit() as session:
        kept = images.add(core(), session, name, encoded, actor=actor())
    if wanted:
        return jsonify(_shown(kept)), 201
    pages.toast(_("‘%(name)s’을(를) 저장했습니다.", name=kept.name))
    return pages.go(".index")


@blueprint.post("/<int:image_id>/delete")
@allow(Role.EDITOR)
def delete(image_id: int) -> BaseResponse:
    """Remove an image that nothing shows."""
    try:
        with core().db.unit() as session:
            gone = images.delete(core(), session, image_id, actor=actor())
    except InvalidInput as error:
        pages.toast(" ".join(pages.errors(error).values()), "danger")
    else:
        pages.toast(_("‘%(name)s’을(를) 삭제했습니다.", name=gone.name))
    return pages.go(".index")


def _page(error: InvalidInput | None = None) -> Response:
    listing = Listing.of_request()
    with core().db.read() as session:
        found = images.find(session, listing.q, offset=listing.offset, limit=listing.size)
    return pages.page(
        "admin/settings/images.html",
        422 if error else 200,
        listing=listing,
        found=found,
        url_of=lambda image: images.url_of(core(), image),
        errors=pages.errors(error) if error else {},
    )


def _shown(image: Image) -> dict[str, Any]:
    return {
        "name": image.name,
        "url": images.url_of(core(), image),
        # The admin may be open at another address than the one in mails.
        "path": url_for("media.show", digest=image.hash, extension=image.format),
        "width": image.width,
        "height": image.height,
    }
