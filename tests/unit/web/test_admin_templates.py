"""Rules of the admin's templates that a strict policy, two languages and safe output ask for."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "growthcore/web/admin/templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "an inline handler": re.compile(r"\son[a-z]+\s*="),
    "a handler of htmx": re.compile(r"\bhx-on\b"),
    "a script of htmx": re.compile(r"""hx-vals\s*=\s*["']js:"""),
    "a trigger filter": re.compile(r"""hx-trigger\s*=\s*"[^"]*\["""),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape false"),
}
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")")
# Templates whose |safe is what a plugin's own page gives; it answers for its escaping.
PLUGIN_PAGES = {"admin/plugins/page.html"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_nothing_that_the_policy_would_stop(path):
    name = path.relative_to(TEMPLATES).as_posix()
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    found = [
        what
        for what, pattern in FORBIDDEN.items()
        if pattern.search(text) and not (what == "unescaped output" and name in PLUGIN_PAGES)
    ]
    assert not found
    assert not SCRIPT.search(text), "a script without src"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_korean_goes_through_translation(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"_\(\s*\"(?:[^\"\\]|\\.)*\"|_\(\s*'(?:[^'\\]|\\.)*'", "", text)
    assert not re.findall(r"[가-힣]+", text)
