"""SENS SMS and Brand Message."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest

DONE = timedelta(seconds=2)
JPEG = b"\xff\xd8\xff\xe0 an image"


def send(sens, *numbers, **more):
    sent = {
        "type": "SMS",
        "from": "0212345678",
        "content": "안녕하세요",
        "messages": [{"to": number} for number in numbers or ("01000000000",)],
        **more,
    }
    return sens.post(f"{sens.text}/messages", sent)


def results(sens, answer, **query):
    query = {"requestId": answer.json["requestId"], **query}
    return sens.get(f"{sens.text}/messages", **query).json["messages"]


def test_texts_are_sent_listed_and_delivered(sens, clock, phone):
    answer = send(sens, "01000000001", "01000003001")
    assert (answer.status, answer.json["statusName"]) == (202, "success")
    assert "messages" not in answer.json
    assert [each["status"] for each in results(sens, answer)] == ["READY", "READY"]
    clock.at += timedelta(seconds=1)
    assert [each["status"] for each in results(sens, answer)] == ["PROCESSING"] * 2
    clock.at += timedelta(seconds=1)
    told = results(sens, answer)
    assert [(m["statusCode"], m["statusName"]) for m in told] == [
        ("0", "success"),
        ("3001", "fail"),
    ]
    assert [m["to"] for m in results(sens, answer, statusName="fail")] == ["01000003001"]
    (shown,) = phone.messages()
    assert (shown.kind, shown.recipient, shown.text) == ("SMS", "01000000001", "안녕하세요")


def test_a_text_that_is_too_long_is_cut(sens, clock, phone):
    send(sens, content="가" * 46)
    send(sens, type="LMS", content="가" * 1001, subject="나" * 21)
    clock.at += DONE
    sens.app.deliver()
    long, short = phone.messages()
    assert (len(short.text), len(long.text), len(long.title)) == (45, 1000, 20)


def test_a_recipient_may_have_its_own_text(sens, clock, phone):
    send(sens, messages=[{"to": "01000000001", "content": "하나"}, {"to": "01000000002"}])
    clock.at += DONE
    sens.app.deliver()
    assert {m.text for m in phone.messages()} == {"하나", "안녕하세요"}


@pytest.mark.parametrize(
    ("charset", "text", "code"),
    [
        ("cp949", "꽃 🌸", "4100"),
        ("cp949", "뷁", "0"),
        ("euc_kr", "뷁", "4100"),
    ],
)
def test_what_a_phone_can_not_show_fails(make_sens, clock, charset, text, code):
    sens = make_sens(carrier_charset=charset)
    answer = send(sens, content=text)
    clock.at += DONE
    assert results(sens, answer)[0]["statusCode"] == code


@pytest.mark.parametrize(
    "change",
    [
        {"from": "0299999999"},
        {"type": "FAX"},
        {"contentType": "NEWS"},
        {"content": ""},
        {"messages": []},
        {"messages": [{"to": "01000000000"}] * 101},
        {"files": [{"fileId": "none"}]},
        {"reserveTime": "2026-03-02 10:05"},
    ],
)
def test_what_can_not_be_sent_is_refused(sens, change):
    assert send(sens, **change).status == 400


def upload(sens, name="spring.jpg", content=JPEG):
    body = {"fileName": name, "fileBody": b64encode(content).decode()}
    return sens.post(f"{sens.text}/files", body)


def test_an_image_goes_along_for_six_days(sens, clock, phone):
    files = [{"fileId": upload(sens).json["fileId"]}]
    assert send(sens, type="MMS", files=files).status == 202
    send(sens, type="MMS")
    clock.at += DONE
    sens.app.deliver()
    assert {m.kind: len(m.images) for m in phone.messages()} == {"MMS": 1, "LMS": 0}
    clock.at += timedelta(days=6)
    assert send(sens, type="MMS", files=files).status == 400


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", JPEG), ("a.jpg", b"no image"), ("a.jpg", JPEG * 30_000)]
)
def test_only_small_jpegs_are_taken(sens, name, content):
    assert upload(sens, name, content).status == 400


def test_a_reserved_text_is_cancelled(sens):
    reserved = send(sens, reserveTime="2026-03-02 11:00").json["requestId"]
    assert sens.delete(f"{sens.text}/reservations/{reserved}").status == 204


def test_numbers_opt_out_by_hand_and_by_phone(sens, clock):
    path = f"{sens.text}/unsubscribes"
    assert sens.get(path).status == 404
    assert sens.post(path, [{"clientTelNo": "01000000001"}]).status == 201
    clock.at += timedelta(seconds=5)
    sens.app.opt_out("01000000002")
    found = sens.get(path).json
    assert [(m["clientTelNo"][-1], m["registerType"]) for m in found] == [("1", "M"), ("2", "C")]
    since = str(int(clock.now().timestamp() * 1000))
    assert [m["clientTelNo"][-1] for m in sens.get(path, startTime=since).json] == ["2"]
    assert len(sens.get(path, pageSize="1", pageIndex="1").json) == 1
    assert sens.delete(path, [{"clientTelNo": "01000000001"}]).status == 204
    assert len(sens.get(path).json) == 1


@pytest.mark.parametrize("body", [{}, [], ["x"], [{"clientTelNo": "010-1"}], [{}] * 1001])
def test_an_opt_out_is_an_array_of_numbers(sens, body):
    assert sens.post(f"{sens.text}/unsubscribes", body).status == 400


@pytest.mark.parametrize(("blocks", "code"), [(True, "4200"), (False, "0")])
def test_advertising_may_be_held_back_from_who_opted_out(make_sens, clock, blocks, code):
    sens = make_sens(blocks_unsubscribed=blocks)
    sens.app.opt_out("01000000000")
    advertising, plain = send(sens, contentType="AD"), send(sens)
    clock.at += DONE
    assert results(sens, advertising)[0]["statusCode"] == code
    assert results(sens, plain)[0]["statusCode"] == "0"


def test_a_number_that_is_none_is_refused(sens):
    answer = send(sens, "010-1234-5678", "01000000000")
    assert [m.get("statusName") for m in results(sens, answer)] == ["fail", None]


def brand(sens, **more):
    each = {"to": "01000000000", "content": "봄 신상품이 나왔습니다.", **more.pop("each", {})}
    sent = {"plusFriendId": "@growthcore", "messageType": "TEXT", "messages": [each], **more}
    return sens.post(f"{sens.talk.replace('alimtalk', 'brandmessage')}/messages", sent)


def test_a_brand_message_is_delivered_by_day_only(sens, clock, phone):
    assert brand(sens).json["messages"][0]["requestStatusCode"] == "A000"
    clock.at += timedelta(hours=11)
    brand(sens)
    clock.at += DONE
    sens.app.deliver()
    assert [m.kind for m in phone.messages()] == ["BRAND"]


@pytest.mark.parametrize(
    "change",
    [
        {"targeting": "M"},
        {"messageType": "FAX"},
        {"messageType": "WIDE_IMAGE", "each": {"content": "가" * 77}},
        {"each": {"buttons": [{"type": "AC", "name": "채널 추가"}]}},
        {"each": {"buttons": [{"type": "BC", "name": "상담"}]}, "templateCode": "T"},
    ],
)
def test_a_brand_message_has_rules(sens, change):
    assert brand(sens, **change).status == 400


def test_others_than_friends_may_be_allowed(make_sens):
    assert brand(make_sens(brand_targets=frozenset("IMN")), targeting="M").status == 202


def test_the_templates_of_brand_messages_are_an_object(sens):
    path = f"{sens.talk.replace('alimtalk', 'brandmessage')}/templates"
    assert sens.get(path, plusFriendId="@growthcore").json["items"] == []
