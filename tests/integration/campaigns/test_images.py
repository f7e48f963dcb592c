"""Images of messages: written anew, kept once, and not removed while something shows them."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from growthcore.api import InvalidInput
from growthcore.campaigns import images, templates

ORIENTATION, ARTIST = 0x0112, 0x013B


def file(format_="PNG", size=(30, 20), mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size, "#0b6e5f" if mode == "RGB" else None).save(out, format_, **options)
    return out.getvalue()


def moving(format_):
    out, frames = BytesIO(), [Image.new("RGB", (30, 20), c) for c in ("red", "green", "blue")]
    frames[0].save(out, format_, save_all=True, append_images=frames[1:], duration=80)
    return out.getvalue()


def add(shop, data=None, name="코트.png"):
    with shop.core.db.unit() as session:
        encoded = images.encode(data or file())
        return images.add(shop.core, session, name, encoded, actor="1")


def delete(shop, image):
    with shop.core.db.unit() as session:
        images.delete(shop.core, session, image.id, actor="1")


@pytest.mark.parametrize(("format_", "kept"), [*[(f, e) for e, f in images.FORMATS.items()]])
def test_an_image_stays_what_it_was_and_gets_small_enough(format_, kept):
    encoded = images.encode(file(format_, size=(2600, 1300)))
    assert (encoded.format, encoded.width, encoded.height) == (kept, 2000, 1000)
    with Image.open(BytesIO(encoded.data)) as picture:
        assert picture.format == format_


def test_nothing_is_left_of_what_stood_beside_the_picture():
    exif = Image.Exif()
    exif[ORIENTATION], exif[ARTIST] = 6, "Kim Haneul"
    encoded = images.encode(file("JPEG", exif=exif) + b"<script>")
    assert (encoded.width, encoded.height) == (20, 30)
    assert b"Haneul" not in encoded.data
    assert b"<script>" not in encoded.data


@pytest.mark.parametrize("format_", ["GIF", "WEBP"])
def test_a_moving_image_goes_on_moving(format_):
    with Image.open(BytesIO(images.encode(moving(format_)).data)) as picture:
        assert picture.n_frames == 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Choose a file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no image"),
        (file("BMP"), "no image"),
        (file()[:60], "no image"),
        (b"x" * (images.LARGEST + 1), "5 MB"),
        (file(mode="1", size=(9000, 9000)), "too many pixels"),
    ],
)
def test_what_can_not_be_used_says_why(data, says):
    with pytest.raises(InvalidInput, match=says):
        images.encode(data)


def test_an_image_is_kept_once_and_stays_while_something_shows_it(each_shop):
    shop = each_shop
    image = add(shop)
    assert add(shop, name="같은 것.png").id == image.id
    url = images.url_of(shop.core, image)
    with shop.core.db.unit() as session:
        made = templates.create(
            shop.core, session, "recording", "환영", {"body": f"<img src={url}>"}, actor="1"
        )
    shop.create(message_class="informational", content={"body": url})
    with pytest.raises(InvalidInput, match="template '환영', campaign 'campaign'"):
        delete(shop, image)
    other = add(shop, file(size=(9, 9)))
    path = images.path_of(shop.core, other.hash, other.format)
    assert path.is_file()
    delete(shop, other)
    assert not path.exists()
    with shop.core.db.read() as session:
        assert images.find(session).total == 1
        assert images.users_of(session, image) == [f"template {made.name!r}", "campaign 'campaign'"]
