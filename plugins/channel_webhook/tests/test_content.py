import json

import pytest
from marshmallow import ValidationError

from growthcore.api import ItemView, MessageClass, MissingValue, Notice
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_webhook.channel import WebhookChannel
from growthcore_channel_webhook.schema import Content

CONFIG = {"url": "https://crm.example/hooks", "secret": "whsec_" + "A" * 32}


def build():
    return WebhookChannel(context_for(WebhookChannel, CONFIG))


def rendered(data, values=None, blocks=None):
    content = Content().load({"data": data})
    recipient = FakeRecipient(values=values or {}, blocks=blocks or {})
    return build().compile(content).render(recipient)["content"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ('{"a": }', "line 1, column 7"),
        ('["#{NAME}"]', "JSON object"),
        ('{"a": NaN}', "no receiver"),
        ('{"a": "\\ud800"}', "no receiver"),
        ('{"a": ' + "[" * 9_000 + "]" * 9_000 + "}", "no receiver|Nest"),
        ('{"a": ' + "[" * 30 + "]" * 30 + "}", "Nest"),
        ('{"#{NAME}": 1}', "before the colon"),
        ('{"a": "See #{CART_ITEMS}"}', "stand alone"),
    ],
)
def test_content_that_can_not_be_sent_is_refused(data, told):
    with pytest.raises(ValidationError, match=told):
        Content().load({"data": data})


def test_values_can_not_break_the_json():
    evil = '"},{"admin":true,"x":"\\'
    assert rendered('{"name": "#{NAME}", "n": 1.5, "ok": true}', {"NAME": evil}) == {
        "name": evil, "n": 1.5, "ok": True,
    }  # fmt: skip


def test_a_value_is_not_read_as_a_variable_again():
    assert rendered('{"a": "#{NAME}"}', {"NAME": "#{PHONE}"}) == {"a": "#{PHONE}"}


def test_a_block_becomes_a_list():
    item = ItemView(
        name="니트", price="32,000원", url="https://t.example/1", image_url=None, quantity=2
    )
    found = rendered('{"items": ["#{CART_ITEMS}", "#{NAME|고객}"]}', {}, {"CART_ITEMS": [item]})
    assert found == {
        "items": [
            [
                {
                    "name": "니트",
                    "price": "32,000원",
                    "url": "https://t.example/1",
                    "image_url": None,
                    "quantity": 2,
                }
            ],
            "고객",
        ]
    }


def test_the_opt_out_may_stand_in_the_content():
    content = Content().load({"data": '{"stop": "#{UNSUBSCRIBE_URL}"}'})
    compiled = build().compile(content)
    assert compiled.names == frozenset()
    found = compiled.render(FakeRecipient(values={}))
    assert (
        found["content"]["stop"] == found["unsubscribe_url"] == "https://shop.example/unsubscribe"
    )


def test_a_missing_value_raises():
    with pytest.raises(MissingValue):
        rendered('{"deep": [{"a": "#{NAME}"}]}')


def test_a_variable_that_is_not_closed_blocks_the_launch():
    content = Content().load({"data": '{"a": "#{NAME"}'})
    (finding,) = build().check(content, MessageClass.ADVERTISING)
    assert (finding.code, finding.path) == ("variable_unclosed", "data")


def test_a_preview_is_readable_json():
    channel = build()
    assert json.loads(channel.preview({"content": {"name": "김하늘"}}).text) == {"name": "김하늘"}


def test_what_the_law_asks_goes_beside_the_content():
    compiled = build().compile(Content().load({"data": "{}"}))
    notice = Notice(label="(광고)", sender="그로스샵", contact="02-1234-5678", opt_out="수신거부")
    assert compiled.render(FakeRecipient(values={}, notice=notice))["notice"] == {
        "label": "(광고)",
        "sender": "그로스샵",
        "contact": "02-1234-5678",
        "opt_out_number": None,
        "opt_out": "수신거부",
    }
    assert compiled.render(FakeRecipient(values={}))["notice"] is None
