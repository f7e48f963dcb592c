"""What every endpoint has in common: tokens, scopes, limits, versions, errors, faults."""

from datetime import timedelta

import pytest

from growthcore.sandbox.faults import Answer
from growthcore.sandbox.serving import DroppedError


def error(answer):
    body = answer.json["error"]
    assert body["code"] == answer.status_code
    assert body["more_info"] == {}
    return body["message"]


def test_a_call_without_a_living_token_says_what_cafe24_says(mall):
    for answer in (mall.http.get("/api/v2/admin/orders"), mall.call("GET", "orders", token="x")):
        assert answer.status_code == 401
        assert error(answer) == "access_token time expired. (invalid_token)"


def test_a_call_without_the_scope_is_refused(mall):
    token = mall.app.tokens.issue(["mall.read_product"]).access
    assert mall.call("GET", "products", token=token).status_code == 200
    answer = mall.call("GET", "customergroups", token=token)
    assert answer.status_code == 403
    assert "insufficient_scope" in error(answer)


def test_what_is_not_there_is_404_in_the_form_of_cafe24(mall):
    for path in ("products/999", "orders/20260101-0000001", "nothing"):
        answer = mall.get(path)
        assert answer.status_code == 404
        assert error(answer)


@pytest.mark.parametrize(
    "options",
    [
        {"data": "{}", "content_type": "text/plain"},
        {"data": "{", "content_type": "application/json"},
    ],
)
def test_a_body_that_is_no_json_is_400(mall, options):
    assert mall.call("POST", "scripttags", **options).status_code == 400


def test_a_bucket_holds_forty_calls_of_an_endpoint_and_leaks_two_a_second(mall):
    answers = [mall.get("products") for _ in range(41)]
    assert answers[0].headers["X-Api-Call-Limit"] == "1/40"
    assert [each.status_code for each in answers] == [200] * 40 + [429]
    assert answers[40].headers["X-Api-Call-Limit"] == "40/40"
    assert mall.get("categories").headers["X-Api-Call-Limit"] == "1/40"
    mall.wait(seconds=1)
    assert [mall.get("products").status_code for _ in range(3)] == [200, 200, 429]


def test_some_buckets_are_small(mall):
    assert mall.get("scripttags").headers["X-Api-Call-Limit"] == "1/10"
    sent = [mall.post("sms", sender_no=3, content="가", recipients=["01000000001"]) for _ in "12"]
    assert [each.status_code for each in sent] == [201, 429]
    mall.wait(seconds=0.5)
    again = mall.post("sms", sender_no=3, content="가", recipients=["01000000001"])
    assert again.status_code == 201


def test_a_second_limit_counts_all_calls_of_the_mall(make_mall):
    mall = make_mall(usage_calls=4, retry_after=True)
    calls = [mall.get(path) for path in ("products", "store", "shops", "orders", "categories")]
    assert [each.headers["X-Cafe24-Call-Usage"] for each in calls[:4]] == [
        "25.00",
        "50.00",
        "75.00",
        "100.00",
    ]
    assert calls[4].status_code == 429
    assert calls[4].headers["X-Cafe24-Call-Remain"] == "1"
    assert calls[4].headers["Retry-After"] == "1"


def test_usage_headers_their_unit_and_retry_after_are_settings(make_mall):
    plain = make_mall(slots=1, usage_headers=False)
    plain.get("products")
    assert not {"Retry-After", "X-Cafe24-Call-Usage"} & {*plain.get("products").headers.keys()}
    fine = make_mall(usage_calls=1, remain_unit=timedelta(milliseconds=1))
    assert fine.get("products").headers["X-Cafe24-Call-Remain"] == "50"


def test_the_rate_is_a_setting(make_mall):
    mall = make_mall(rate=1000.0)
    for _ in range(40):
        mall.get("products")
    mall.wait(milliseconds=40)
    assert mall.get("products").headers["X-Api-Call-Limit"] == "1/40"


@pytest.mark.parametrize(("strict", "status"), [(False, 200), (True, 400)])
def test_whether_another_version_is_refused_is_a_setting(make_mall, strict, status):
    mall = make_mall(strict_version=strict)
    assert mall.get("store").headers["X-Cafe24-Api-Version"] == "2026-03-01"
    other = mall.call("GET", "store", headers={"X-Cafe24-Api-Version": "2019-01-01"})
    assert other.status_code == status


def test_messages_whose_text_is_unknown_are_settings(make_mall):
    mall = make_mall(missing="{name} is required", messages={401: "no"})
    assert error(mall.get("carts")) == "member_id is required"
    assert error(mall.call("GET", "carts", token="x")) == "no"


def test_faults_have_the_form_of_cafe24(faulty):
    faults = faulty.app.faults
    faults.set(answers=(Answer(status=429), Answer(status=503), Answer(status=401, code="gone")))
    assert faulty.get("store").headers["X-Api-Call-Limit"] == "40/40"
    assert error(faulty.get("store")) == "Service Unavailable"
    assert error(faulty.get("store")) == "gone"
    assert faulty.get("store").status_code == 200


def test_a_text_whose_answer_is_dropped_was_sent(faulty):
    faulty.app.faults.set(drop_after=1)
    with pytest.raises(DroppedError):
        faulty.post("sms", sender_no=3, content="가", recipients=["01000000001"])
    assert len(faulty.phones) == 1
    assert faulty.get("sms/balance").json["sms"]["balance"] == "999.3"


@pytest.mark.parametrize(
    "given", [{"mall_id": "evil.example/"}, {"mall_id": "Ab1"}, {"products": 0}]
)
def test_a_mall_that_can_not_be_is_refused(make_mall, given):
    with pytest.raises(ValueError, match="mall"):
        make_mall(**given)
