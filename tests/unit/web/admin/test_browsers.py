from __future__ import annotations

import pytest

from growthcore.web.admin.browsers import browser_name

MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            f"{MOZILLA} (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/150 Safari/537",
            "Chrome · Windows",
        ),
        (f"{MOZILLA} (Windows NT 10.0) Chrome/150 Safari/537 Edg/150", "Edge · Windows"),
        (f"{MOZILLA} (Windows NT 10.0) Chrome/140 Whale/4.30 Safari/537", "Whale · Windows"),
        (
            f"{MOZILLA} (Linux; Android 16) SamsungBrowser/29 Chrome/136 Safari/537",
            "Samsung Internet · Android",
        ),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604",
            "Safari · iPhone",
        ),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 15_0; rv:150) Firefox/150", "Firefox · macOS"),
        (
            f"{MOZILLA} (Linux; Android 16) Chrome/140 Safari/537 KAKAOTALK/25",
            "KakaoTalk · Android",
        ),
        ("curl/8 (Linux)", "Linux"),
        ("curl/8", None),
        ("", None),
    ],
)
def test_two_browsers_are_told_apart_in_few_words(user_agent, name):
    assert browser_name(user_agent) == name
