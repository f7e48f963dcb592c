"""AlimTalk: what is taken, and what each message ends as."""

from __future__ import annotations

from datetime import timedelta

import pytest

DONE = timedelta(seconds=2)


def end(sens, clock, *numbers, **more):
    """The code that the first message ends with."""
    answer = sens.order(*(numbers or ("01000000000",)), **more)
    assert answer.status == 202
    clock.at += DONE
    return sens.result(answer)["messageStatusCode"]


def test_a_message_is_taken_on_its_way_and_delivered(sens, clock, phone):
    answer = sens.order("01000000000")
    assert answer.status == 202
    (taken,) = answer.json["messages"]
    assert taken["requestStatusCode"] == "A000"
    assert answer.json["requestTime"] == "2026-03-02T10:00:00.000"
    assert "messageStatusName" not in sens.result(answer)
    clock.at += timedelta(seconds=1)
    assert sens.result(answer)["messageStatusName"] == "processing"
    assert "messageStatusCode" not in sens.result(answer)
    clock.at += timedelta(seconds=1)
    told = sens.result(answer)
    assert (told["messageStatusCode"], told["messageStatusName"]) == ("0000", "success")
    assert told["completeTime"] == "2026-03-02T10:00:02.000"
    (shown,) = phone.messages()
    assert (shown.kind, shown.sender_name, shown.provider_id) == (
        "ALIMTALK",
        "그로스코어",
        taken["messageId"],
    )
    assert [button.name for button in shown.buttons] == ["주문 확인", "배송 조회"]


@pytest.mark.parametrize("code", ["3018", "3019", "3020", "3016", "1020", "9998"])
def test_the_last_four_digits_decide(sens, clock, phone, code):
    assert end(sens, clock, f"0100000{code}") == code
    assert phone.messages() == []


def test_a_message_may_never_end(sens, clock):
    answer = sens.order("01000009999")
    clock.at += timedelta(days=2)
    assert sens.result(answer)["messageStatusName"] == "processing"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("홍길동님, 주문 20260101-0000001이(가) 발송되었습니다.", "0000"),
        ("홍길동님, 주문 20260101-0000001이(가) 발송되었습니다. ", "3016"),
        ("홍길동님, 주문 20260101-0000001이(가) 발송되었습니다. 세일!", "3016"),
        ("홍길동님, 주문 #{주문번호}이(가) 발송되었습니다.", "3016"),
        ("a\nb님, 주문 이(가) 발송되었습니다.", "0000"),
        ("가" * 1001, "3014"),
    ],
)
def test_the_text_must_fit_the_template(sens, clock, text, code):
    assert end(sens, clock, each={"content": text}) == code


@pytest.mark.parametrize(
    "change",
    [
        {"name": "주문확인"},
        {"type": "AL"},
        {"linkMobile": "https://evil.example/7"},
        {"linkPc": "https://shop.example/orders/#{주문번호}"},
        {"linkMobile": None},
    ],
)
def test_the_buttons_must_fit_the_template(sens, clock, change):
    link = "https://shop.example/orders/7"
    first = {"type": "WL", "name": "주문 확인", "linkMobile": link, "linkPc": link, **change}
    assert (
        end(sens, clock, each={"buttons": [first, {"type": "DS", "name": "배송 조회"}]}) == "3027"
    )
    assert end(sens, clock, each={"buttons": []}) == "3027"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "0000"),
        ({"title": "12,900원 결제"}, "3028"),
        ({"title": "9" * 60}, "3029"),
        ({"title": None}, "3028"),
    ],
)
def test_the_title_must_fit_the_template(sens, clock, change, code):
    each = {
        "content": "홍길동님의 주문이 접수되었습니다.\n\n주문번호: 1\n결제금액: 12,900원",
        "title": "12,900원 결제 완료",
        "buttons": [
            {
                "type": "WL",
                "name": "자세히 보기",
                "linkMobile": "https://shop.example/o",
                "linkPc": "https://shop.example/o",
            }
        ],
        **change,
    }
    each = {name: value for name, value in each.items() if value is not None}
    assert end(sens, clock, template="ORDER02", each=each) == code


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [
        ("headerContent", "배송 안내", "0000"),
        ("headerContent", "안내", "3031"),
        ("headerContent", "가" * 17, "3032"),
        ("itemHighlight", {"title": "신발", "description": "두 켤레"}, "3033"),
        ("itemHighlight", {"title": "가" * 31, "description": "2개"}, "3034"),
        ("itemHighlight", {"title": "신발", "description": "가" * 20}, "3035"),
        ("item", {"list": []}, "3036"),
        ("place", "가" * 24, "3037"),
        ("total", "1" * 15, "3039"),
        ("total", "만원쯤", "3040"),
        ("total", "₩ 12,900", "0000"),
    ],
)
def test_a_list_of_items_must_fit_the_template(sens, clock, part, value, code):
    place, total = "서울", "12,900원"
    place, total = (value, total) if part == "place" else (place, total)
    total = value if part == "total" else total
    each = {
        "content": "홍길동님, 주문하신 상품을 준비하고 있습니다.",
        "headerContent": "배송 안내",
        "itemHighlight": {"title": "신발", "description": "2개"},
        "item": {
            "list": [
                {"title": "주문번호", "description": "1"},
                {"title": "배송지", "description": place},
            ],
            "summary": {"title": "합계", "description": total},
        },
        "buttons": [{"type": "AC", "name": "채널 추가"}],
    }
    if part in each:
        each[part] = value
    assert end(sens, clock, template="ORDER03", each=each) == code


@pytest.mark.parametrize("template", ["NEW01", "NEW02", "NEW03", "SALE01", "OLD01", "NOTHING"])
def test_a_template_that_is_not_in_use_is_not_found(make_sens, clock, template):
    assert end(make_sens(), clock, template=template) == "3015"
    assert make_sens(unknown_template="request").order("0100", template=template).status == 400


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("@growthcore_blocked", "1021"),
        ("@growthcore_leaving", "1024"),
        ("@growthcore_gone", "1023"),
    ],
)
def test_a_channel_that_is_closed_sends_nothing(sens, clock, channel, code):
    assert end(sens, clock, channel=channel) == code


def test_a_hundred_are_taken_and_one_more_is_not(sens):
    assert len(sens.order(*["01000000000"] * 100).json["messages"]) == 100
    refused = sens.order(*["01000000000"] * 101)
    assert refused.status == 400
    assert "messages" in refused.json["error"]["details"]
    assert sens.order().status == 400


def test_recipients_are_refused_one_by_one(sens, clock):
    answer = sens.order("01000000000", "010-1234-5678", "01000009004")
    assert [m["requestStatusCode"] for m in answer.json["messages"]] == ["A000", "A001", "B004"]
    assert [m["requestStatusName"] for m in answer.json["messages"]] == ["success", "fail", "fail"]
    clock.at += DONE
    assert "messageStatusCode" not in sens.result(answer, 1)


def test_a_share_of_recipients_is_refused_when_that_is_asked_for(sens):
    sens.app.faults.set(failing_share=0.5)
    answer = sens.order(*["01000000000"] * 40)
    refused = [m for m in answer.json["messages"] if m["requestStatusName"] == "fail"]
    assert answer.status == 202
    assert 5 < len(refused) < 35


@pytest.mark.parametrize("in_order", [True, False])
def test_the_answer_may_be_in_another_order(make_sens, in_order):
    told = make_sens(answers_in_order=in_order).order("01000000001", "01000000002").json["messages"]
    assert [m["to"][-1] for m in told] == (["1", "2"] if in_order else ["2", "1"])


def test_a_short_button_name_may_be_asked_for(make_sens, clock):
    assert end(make_sens(button_name_length=4), clock) == "3027"
    assert end(make_sens(button_name_length=20), clock) == "0000"


def test_what_is_no_json_is_refused(sens):
    target = f"{sens.talk}/messages"
    assert sens.call("POST", target).status == 400


def reserve(sens, when, **more):
    return sens.order("01000000000", reserveTime=when, **more)


def test_a_reserved_message_waits_for_its_time(sens, clock, phone):
    answer = reserve(sens, "2026-03-02 10:10")
    request_id = answer.json["requestId"]
    assert request_id.startswith("RBA")
    path = f"{sens.talk}/reservations/{request_id}/reserve-status"
    assert sens.get(path).json["reserveStatus"] == "READY"
    clock.at += timedelta(minutes=10)
    assert sens.get(path).json["reserveStatus"] == "PROCESSING"
    assert phone.messages() == []
    clock.at += DONE
    assert sens.get(path).json["reserveStatus"] == "DONE"
    assert len(phone.messages()) == 1


@pytest.mark.parametrize(
    ("when", "zone", "status"),
    [
        ("2026-03-02 10:09", None, 400),
        ("2026-03-02T10:30", None, 400),
        ("2026-03-02 10:30", "Mars/Base", 400),
        ("2026-03-02 01:10", "UTC", 202),
        ("2026-03-02 01:09", "UTC", 400),
    ],
)
def test_a_reservation_is_ten_minutes_ahead(sens, when, zone, status):
    more = {"reserveTimeZone": zone} if zone else {}
    assert reserve(sens, when, **more).status == status


@pytest.mark.parametrize("refusal", [400, 409])
def test_a_reservation_is_cancelled_until_its_time_comes(make_sens, clock, phone, refusal):
    sens = make_sens(unreserved_cancel=refusal)
    first, second = (reserve(sens, "2026-03-02 10:10").json["requestId"] for _ in "ab")
    answer = sens.delete(f"{sens.talk}/reservations/{first}")
    assert (answer.status, answer.data) == (204, b"")
    status = sens.get(f"{sens.talk}/reservations/{first}/reserve-status")
    assert status.json["reserveStatus"] == "CANCELED"
    clock.at += timedelta(minutes=11)
    assert sens.delete(f"{sens.talk}/reservations/{second}").status == refusal
    sens.app.deliver()
    assert len(phone.messages()) == 1
    assert sens.delete(f"{sens.talk}/reservations/unknown").status == 404
