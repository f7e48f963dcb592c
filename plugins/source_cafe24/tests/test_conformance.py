import json

from growthcore.testing.sources import source_conformance

CART = {
    "event_no": 90084,
    "resource": {"mall_id": "growthdemo", "member_id": "a", "product_no": 9, "quantity": "2"},
}


def source(make):
    return make(page=25, months=9)


@source_conformance(
    source, webhook=({"x-api-key": "ExampleWebhookKey0000"}, json.dumps(CART).encode())
)
def test_conformance(check):
    check()
