"""Feeds that have moved."""

import pytest

from growthcore.api import InvalidInput
from growthcore.catalog.feed_fetching import Fetched, fetch
from growthcore.plugins.http import Http
from growthcore.testing.fakes import FakeHttp

AT = "https://blog.example/rss"
RAW = "글".encode().decode("latin-1")


def leading(*steps):
    http = FakeHttp()
    for status, target in steps:
        http.answer(status, headers={"Location": target})
    return http.answer(data=b"<rss/>")


@pytest.mark.parametrize(
    ("steps", "moved_to"),
    [
        ([(302, "/a")], None),
        ([(301, "/a"), (308, f"//new.example/{RAW}?b=1#c")], "https://new.example/%EA%B8%80?b=1"),
        ([(301, "/a"), (307, "b"), (301, "/c")], "https://blog.example/a"),
    ],
)
def test_redirects_are_followed_and_those_for_good_are_told(steps, moved_to):
    assert fetch(leading(*steps), AT) == Fetched(b"<rss/>", moved_to)


def test_one_that_leads_on_for_ever_is_left():
    with pytest.raises(InvalidInput, match="more than 5 times"):
        fetch(leading(*[(302, "/again")] * 6), AT)


class Leading(Http):
    """The first answer leads to ``target``, which is the real client's to refuse."""

    def __init__(self, target):
        super().__init__()
        self._first = leading((302, target))

    def request(self, method, url, **given):
        asked = self._first if url == AT else super()
        return asked.request(method, url, **given)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://blog.example/", "https://[", ""])
def test_what_leads_out_of_the_web_is_refused(target):
    with pytest.raises(InvalidInput):
        fetch(Leading(target), AT)


def test_every_step_keeps_to_the_public_internet():
    with pytest.raises(InvalidInput, match="not on the public internet"):
        fetch(Leading("http://127.0.0.1:9/"), AT, public_only=True)
