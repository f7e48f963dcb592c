"""The tutorial is cut from files that run, and its commands do what it says."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from growthcore.cli import main
from growthcore.plugins import discovery

ROOT = Path(__file__).parent.parent.parent
TUTORIAL = ROOT / "docs" / "writing-a-plugin.md"
BLOCK = re.compile(
    r"(?:<!-- (?P<mark>[^>]+) -->\n)?```(?P<language>\w*)\n(?P<code>.*?)```\n", re.DOTALL
)

BLOCKS = [found.groupdict() for found in BLOCK.finditer(TUTORIAL.read_text())]
EXCERPTS = [block for block in BLOCKS if block["mark"] and block["mark"] != "run"]
COMMANDS = [
    line for block in BLOCKS if block["mark"] == "run" for line in block["code"].splitlines()
]


@pytest.mark.parametrize("block", EXCERPTS, ids=lambda block: block["mark"])
def test_a_block_is_line_by_line_what_the_file_says(block):
    lines = (ROOT / block["mark"]).read_text().splitlines()
    shown = block["code"].splitlines()
    starts = [number for number, line in enumerate(lines) if line == shown[0]]
    assert any(lines[start : start + len(shown)] == shown for start in starts)


def test_every_block_of_code_is_cut_from_a_file():
    assert [block["code"] for block in BLOCKS if block["language"] and not block["mark"]] == []


def test_every_provider_of_the_examples_is_shown():
    shown = {block["mark"] for block in EXCERPTS}
    for module in ("channel", "condition", "trigger", "algorithm"):
        assert any(path.endswith(f"/{module}.py") for path in shown)


@pytest.fixture
def shop(make_core, sqlite_database, http, monkeypatch, tmp_path):
    monkeypatch.setenv("TEXTS_TOKEN", "s3cret")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "campaign.json").write_text((ROOT / "tests/docs/campaign.json").read_text())
    installed = {each.name: each for each in discovery.installed()}
    names = ("channel_notice", "segment_event_count", "variables_basic")
    return make_core(sqlite_database, [installed[name] for name in names])


def test_the_commands_lead_to_a_message(shop, http):
    http.answer(202)
    for line in COMMANDS:
        program, *arguments = shlex.split(line)
        assert program == "growthcore"
        result = CliRunner().invoke(main, arguments, obj=shop)
        assert result.exit_code == 0, f"{line}: {result.output}"
    (request,) = http.requests
    assert request.url == "https://texts.example/send"
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert request.json["to"] == "+821012345678"
    assert "주문하신 상품이 도착했습니다." in request.json["text"]
