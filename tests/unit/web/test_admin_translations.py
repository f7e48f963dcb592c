"""The admin speaks English wherever it speaks Korean."""

import io
import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "growthcore/web/admin/translations/en/LC_MESSAGES/messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def messages():
    """Every text of the admin's pages and views that goes through translation."""
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
    found = extract_from_dir(
        ROOT / "growthcore/web/admin",
        method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2")],
        keywords=keywords,
    )
    return {message for _, _, message, _, _ in found}


def test_every_text_has_an_english_one():
    english = {message.id for message in catalogue() if message.string}
    assert not messages() - english, "run `make translations` and fill in what it lists"


def test_the_english_has_no_hangul_and_the_same_placeholders():
    for message in catalogue():
        if message.id:
            assert not re.search(r"[가-힣]", message.string), message.id
            found = set(PLACEHOLDER.findall(message.string))
            assert found == set(PLACEHOLDER.findall(message.id)), message.id


def test_the_compiled_catalogue_is_current():
    compiled = read_mo(io.BytesIO(CATALOGUE.with_suffix(".mo").read_bytes()))
    kept = {message.id: message.string for message in compiled if message.id}
    assert kept == {message.id: message.string for message in catalogue() if message.id}
