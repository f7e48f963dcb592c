from __future__ import annotations

import pytest

from growthcore.api import InvalidInput
from growthcore.operators.origins import normalise


@pytest.mark.parametrize(
    ("entered", "origin"),
    [
        ("https://shop.com", "https://shop.com"),
        ("https://shop.com/", "https://shop.com"),
        (" https://shop.com/a/b?c=d#e ", "https://shop.com"),
        ("HTTPS://Shop.COM:443", "https://shop.com"),
        ("https://shop.com:8443", "https://shop.com:8443"),
        ("https://shop.com./", "https://shop.com"),
        ("https://한글.한국", "https://xn--bj0bj06e.xn--3e0b707e"),
    ],
)
def test_an_origin_is_stored_as_browsers_send_it(entered, origin):
    assert normalise(entered) == origin


@pytest.mark.parametrize(
    "entered",
    [
        "",
        "shop.com",
        "http://shop.com",
        "ftp://shop.com",
        "https://",
        "https://shop",
        "https://*.shop.com",
        "https://user:pass@shop.com",
        "https://shop.com:port",
        "https://-shop.com",
        "https://sh op.com",
        "https://localhost",
        "http://localhost:3000",
        "https://[::1",
        "null",
    ],
)
def test_what_is_no_https_domain_is_refused(entered):
    with pytest.raises(InvalidInput) as raised:
        normalise(entered)
    assert list(raised.value.errors) == ["origin"]


def test_the_sentence_says_how_to_begin():
    with pytest.raises(InvalidInput, match="beginning with https://"):
        normalise("http://shop.com")


@pytest.mark.parametrize(
    ("entered", "origin"),
    [
        ("http://localhost:3000/x", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
    ],
)
def test_this_machine_is_allowed_in_development(entered, origin):
    assert normalise(entered, development=True) == origin


def test_other_plain_http_is_not_allowed_in_development_either():
    with pytest.raises(InvalidInput):
        normalise("http://shop.com", development=True)
