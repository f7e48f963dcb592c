"""The words of campaigns: whatever the engine may say has one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask

from growthcore.analytics.overview import Figures
from growthcore.campaigns import lifecycle
from growthcore.campaigns.models import Campaign
from growthcore.messaging import ledger, night, states
from growthcore.web.admin.campaigns import words

ROOT = Path(__file__).parents[4]
# What makes a reason, and which of its arguments is one.
MAKERS = {
    "Objection": 0, "Suppress": 0, "RenderedMessage": "problem", "Wanted": "dropped",
    "Receipt.rejected": 0, "Receipt.retry": 0, "Receipt.uncertain": 0,
    "Decision.suppress": 0, "gate.Objection": 0, "self._end": 2,
    "ledger.end_for": 2, "_end": 2,
}  # fmt: skip


def sources():
    for folder in ("growthcore", "plugins"):
        for path in (ROOT / folder).rglob("*.py"):
            if not {"tests", "build", "testing"} & set(path.relative_to(ROOT).parts):
                yield ast.parse(path.read_text())


def reasons():
    """Every reason that stands in the code as a text."""
    for tree in sources():
        for call in ast.walk(tree):
            if (
                isinstance(call, ast.Call)
                and (place := MAKERS.get(ast.unparse(call.func))) is not None
            ):
                yield from texts(argument(call, place))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.name in (
                "_refusal",
                "_refused",
                "_lost",
            ):
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and node.value is not None:
                        yield from texts(node.value)


def argument(call, place):
    if isinstance(place, int):
        return call.args[place] if len(call.args) > place else None
    return next((each.value for each in call.keywords if each.arg == place), None)


def texts(node):
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_reason_in_the_code_has_words():
    found = set(reasons())
    assert {
        "no_consent",
        "expired",
        "mailbox_unknown",
        "cart_closed",
        "sold_out",
        "cancelled",
    } <= found
    assert found - set(words.REASONS) == set()


@pytest.fixture
def shop(core):
    """A shop as the pages see it, for the words of its channels."""
    app = Flask("words")
    app.extensions["growthcore"] = core
    with app.app_context():
        yield core


def test_a_channels_own_codes_are_in_words_and_others_as_they_are(shop):
    assert words.reason("3019").ko == "카카오톡을 쓰지 않는 수신자 (3019)"
    assert words.reason("3999").ko == "3999"


def test_every_rule_about_sending_has_words(shop):
    rules = {*shop.plugins.policies, "cooldown:cap", night.REASON}
    assert rules - set(words.REASONS) == set()
    assert words.reason(ledger.priority_reason(12)).en == "Campaign 12 goes first"
    assert words.reason("quiet_hours:failed").ko == "발송 설정 플러그인 오류 (quiet_hours)"


@pytest.mark.parametrize(
    "source",
    ["unsubscribed", "bounced", "bounced_hard", "bounced_soft", "complained", "entered"],
)
def test_every_kind_of_suppression_has_words(source):
    assert f"suppressed_{source}" in words.REASONS


def test_every_state_has_a_word():
    assert set(words.STATES) == {state.value for state in lifecycle.State}
    assert set(words.MESSAGES) == set(words.MESSAGE_COLOURS) == set(states.STATES)


def test_a_reason_of_a_plugin_is_shown_with_its_name(shop):
    assert words.reason("guard_sold_out:sold_out").ko == "장바구니 상품 모두 품절 (guard_sold_out)"
    assert words.reason("wishlist:gone").en == "gone (wishlist)"


def test_an_exception_names_its_event(shop):
    assert words.reason("exception:purchase").ko == "예외 이벤트 발생: purchase"


@pytest.mark.parametrize(
    ("sent", "failed", "expected"), [(95, 5, "성공"), (94, 6, "일부 실패"), (0, 0, "완료")]
)
def test_a_completed_campaign_says_how_it_went(sent, failed, expected):
    campaign = Campaign(state="completed", kind="once")
    assert words.badge(campaign, Figures(sent=sent, failed=failed)).text.ko == expected
