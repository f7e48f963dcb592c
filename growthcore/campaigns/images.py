"""Images of messages: taken apart and written anew, kept under what they consist of.

The name of a file is the SHA-256 of its content, so that the same image is kept once and an address
always shows the same. They are served to whoever reads a mail, for as long as the file is there.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from warnings import catch_warnings, simplefilter

from PIL import Image as Pictures
from PIL import ImageOps, ImageSequence, UnidentifiedImageError
from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from growthcore.api import InvalidInput
from growthcore.campaigns.models import Campaign, CampaignVersion, Image, MessageTemplate
from growthcore.core import Core
from growthcore.db.paging import Page, paged
from growthcore.db.unit_of_work import after_commit
from growthcore.db.upsert import insert
from growthcore.operators import audit

LARGEST = 5 * 1024 * 1024
"""Bytes a file may have as it is uploaded."""
WIDEST = 2_000
"""Pixels each side has at the most, as it is kept."""
_PIXELS = 40_000_000
_FRAMES = 300
FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP"}
"""Extension and format of what is taken and kept."""
_EXTENSIONS = {format_: extension for extension, format_ in FORMATS.items()}


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """An image written anew: nothing of the file it came in is left but what can be seen."""

    data: bytes
    format: str
    width: int
    height: int


def encode(data: bytes) -> Encoded:
    """Write an image anew, turned upright, without what it was told beside the picture.

    Raises :class:`InvalidInput` at ``file`` for what is no image, too large, or too much to unpack.
    """
    if not data:
        raise InvalidInput({"file": "Choose a file first."})
    if len(data) > LARGEST:
        raise InvalidInput({"file": "The image has more than 5 MB. Make it smaller first."})
    try:
        with catch_warnings():
            simplefilter("error", Pictures.DecompressionBombWarning)
            with Pictures.open(BytesIO(data), formats=list(_EXTENSIONS)) as picture:
                return _encoded(picture)
    except (Pictures.DecompressionBombWarning, Pictures.DecompressionBombError) as error:
        raise InvalidInput({"file": _TOO_MANY}) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        text = "This is no image that can be read. Use a PNG, JPEG, GIF or WebP file."
        raise InvalidInput({"file": text}) from error


_TOO_MANY = "The image has too many pixels. Use one of at most 40 million."


def _encoded(picture: Pictures.Image) -> Encoded:
    format_ = picture.format or ""
    if picture.width * picture.height * min(getattr(picture, "n_frames", 1), _FRAMES) > _PIXELS:
        raise InvalidInput({"file": _TOO_MANY})
    frames = [_fitted(each) for each in ImageSequence.Iterator(picture)][:_FRAMES]
    moving = len(frames) > 1 and format_ in ("GIF", "WEBP")
    first, out = frames[0], BytesIO()
    if format_ == "JPEG":
        first.convert("RGB").save(out, format_, quality=85, optimize=True)
    elif moving:
        times = {"duration": picture.info.get("duration", 100), "loop": picture.info.get("loop", 0)}
        first.save(out, format_, save_all=True, append_images=frames[1:], **times)
    else:
        first.save(out, format_)
    return Encoded(
        data=out.getvalue(), format=_EXTENSIONS[format_], width=first.width, height=first.height
    )


def _fitted(frame: Pictures.Image) -> Pictures.Image:
    """One frame, upright and small enough, as a picture that knows nothing else."""
    upright = ImageOps.exif_transpose(frame)
    if upright.mode not in ("RGB", "RGBA", "L", "LA"):
        upright = upright.convert("RGBA" if "transparency" in frame.info else "RGB")
    upright.thumbnail((WIDEST, WIDEST))
    bare = Pictures.new(upright.mode, upright.size)
    bare.paste(upright)
    return bare


def add(core: Core, session: Session, name: str, encoded: Encoded, *, actor: str) -> Image:
    """Keep an image; the one there is where it is known already."""
    digest = hashlib.sha256(encoded.data).hexdigest()
    _write(path_of(core, digest, encoded.format), encoded.data)
    made = session.scalar(
        insert(session, Image)
        .values(
            hash=digest,
            format=encoded.format,
            name=name.strip()[:200] or digest[:12],
            width=encoded.width,
            height=encoded.height,
            size=len(encoded.data),
            created_at=core.clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["hash"])
        .returning(Image.id)
    )
    image = session.scalars(select(Image).where(Image.hash == digest)).one()
    if made is not None:
        _audit(core, session, actor, "image.added", image)
    return image


def find(session: Session, text: str = "", *, offset: int = 0, limit: int = 50) -> Page[Image]:
    """Images with ``text`` in their name, newest first."""
    statement = select(Image).order_by(Image.id.desc())
    if text:
        statement = statement.where(Image.name.icontains(text, autoescape=True))
    return paged(session, statement, offset=offset, limit=limit)


def url_of(core: Core, image: Image) -> str:
    """The address that messages show an image by."""
    return f"{core.settings.base_url}/media/{image.hash}.{image.format}"


def path_of(core: Core, digest: str, extension: str) -> Path:
    """Where the file of an image lies."""
    return core.settings.data_dir / "media" / f"{digest}.{extension}"


def users_of(session: Session, image: Image) -> list[str]:
    """The templates and campaigns, over or not, that show an image, in a few words each."""
    templates = session.scalars(
        select(MessageTemplate.name)
        .where(_mentions(MessageTemplate.content, image))
        .order_by(MessageTemplate.name)
    )
    versions = select(CampaignVersion.campaign_id).where(
        _mentions(CampaignVersion.definition, image)
    )
    # What was delivered goes on fetching its images, long after its campaign is over.
    campaigns = session.scalars(
        select(Campaign.name)
        .where(or_(_mentions(Campaign.definition, image), Campaign.id.in_(versions)))
        .order_by(Campaign.name)
    )
    return [
        *(f"template {name!r}" for name in templates),
        *(f"campaign {name!r}" for name in campaigns),
    ]


def delete(core: Core, session: Session, image_id: int, *, actor: str) -> Image:
    """Remove an image that nothing shows. Raises :class:`InvalidInput` naming what does."""
    image = session.get(Image, image_id, with_for_update=True)
    if image is None:
        raise InvalidInput({"image": f"There is no image {image_id}."})
    if users := users_of(session, image):
        text = f"The image is used by {', '.join(users)}; take it out there first."
        raise InvalidInput({"image": text})
    _audit(core, session, actor, "image.deleted", image)
    session.delete(image)
    forget = partial(_forget, core, image.hash, image.format)
    after_commit(session, f"image {image.hash}", forget)
    return image


def _forget(core: Core, digest: str, extension: str) -> None:
    """Remove a file, unless the same image was uploaded again meanwhile."""
    with core.db.read() as session:
        known = session.scalar(select(Image.id).where(Image.hash == digest))
    if known is None:
        path_of(core, digest, extension).unlink(missing_ok=True)


def _mentions(document: InstrumentedAttribute[dict[str, Any]], image: Image) -> ColumnElement[bool]:
    return cast(document, Text).contains(image.hash)


def _write(path: Path, data: bytes) -> None:
    """All of a file or nothing: readers never see half of it."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)  # noqa: PTH101 - the temporary file is known by name
    Path(file.name).replace(path)


def _audit(core: Core, session: Session, actor: str, action: str, image: Image) -> None:
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action=action,
        kind="image",
        id=image.id,
        details={"name": image.name},
    )
