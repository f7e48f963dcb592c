"""Files that contents name: kept under what they hold, and gone when nothing names them."""

from __future__ import annotations

import os

import pytest

from growthcore.api import ConfigError, InvalidInput
from growthcore.campaigns import attachments
from growthcore.plugins.files import LARGEST

PDF = b"%PDF-1.7 coupon"


def test_a_file_is_kept_once_under_what_it_holds(core):
    first = core.files.add("C:\\Users\\kim\\쿠폰.PDF", PDF)
    second = core.files.add("copy.pdf", PDF)
    assert (first.name, first.type) == ("쿠폰.pdf", "application/pdf")
    assert first.key == second.key
    assert core.files.read(first.key) == PDF
    assert core.files.size(first.key) == len(PDF)
    assert core.files.add("photo.jpeg", b"\xff\xd8\xff\xe0").name == "photo.jpg"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"", "Choose a file"),
        ("a.pdf", PDF + b"a" * LARGEST, "more than 10 MB"),
        ("a.exe", b"MZ", "can't be attached"),
        ("a.pdf", b"MZ\x00", "holds something else"),
        ("a.txt", b"a\x00b", "holds something else"),
    ],
)
def test_what_may_not_be_attached_is_refused(core, name, data, sentence):
    with pytest.raises(InvalidInput) as caught:
        core.files.add(name, data)
    assert sentence in caught.value.errors["file"]


def test_files_that_nothing_names_go_after_a_week(each_shop):
    shop = each_shop
    kept, gone = (shop.core.files.add(f"{n}.txt", n.encode()) for n in ("kept", "gone"))
    shop.create(content={"body": f"see {kept.key}"})
    folder = shop.core.settings.data_dir / "files"
    for path in folder.iterdir():
        os.utime(path, (shop.now.timestamp(), shop.now.timestamp()))

    def sweep():
        with shop.core.db.read() as session:
            return attachments.sweep(shop.core, session)

    assert sweep() == 0
    shop.pass_time(days=8)
    assert sweep() == 1
    assert shop.core.files.size(kept.key) == 4
    with pytest.raises(ConfigError, match="Attach it again"):
        shop.core.files.read(gone.key)
