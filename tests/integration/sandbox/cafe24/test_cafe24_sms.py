"""Text messages: who may send, what it costs, what arrives."""

from decimal import Decimal

import pytest

PHONE = "010-0000-0001"
LONG = "가" * 50


def send(mall, **changes):
    return mall.post(
        "sms", **{"sender_no": 3, "content": "안녕하세요", "recipients": [PHONE]} | changes
    )


def arrived(mall):
    return [(each.kind, each.recipient, each.text) for each in reversed(mall.phones.messages())]


def test_an_accepted_text_lands_on_each_phone_and_is_paid_for(mall):
    answer = send(mall, recipients=[PHONE, "01000000002", "01000000001"])
    assert answer.status_code == 201
    code = answer.json["sms"]["queue_code"]
    assert code.startswith("Q260302100000")
    assert arrived(mall) == [
        ("SMS", "01000000001", "안녕하세요"),
        ("SMS", "01000000002", "안녕하세요"),
    ]
    message = mall.phones.messages()[0]
    assert (message.channel, message.sender, message.provider_id) == ("sms", "07000000003", code)
    assert mall.get("sms/balance").json["sms"] == {
        "balance": "998.3",
        "sms_count": 998,
        "lms_count": 332,
    }


def test_senders_come_in_every_state_with_and_without_hyphens_and_in_pages(mall):
    found = mall.get("sms/senders", limit=4).json["senders"]
    found += mall.get("sms/senders", limit=4, offset=4).json["senders"]
    states = {each["sender_no"]: each["auth_status"] for each in found}
    assert states == {1: "00", 2: "10", 3: "30", 4: "20", 5: "40", 6: "30"}
    assert {"070-0000-0003", "15880006"} <= {each["sender"] for each in found}
    assert found[4]["memo"]["reject_reason"]


@pytest.mark.parametrize("sender_no", [1, 2, 4, 5, 99])
def test_only_a_verified_sender_may_send(mall, sender_no):
    assert send(mall, sender_no=sender_no).status_code == 422
    assert len(mall.phones) == 0


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"sender_no": None}, "sender_no"),
        ({"content": ""}, "content"),
        ({"content": "가" * 1001, "type": "LMS"}, "content"),
        ({"title": "가" * 21, "type": "LMS"}, "title"),
        ({"type": "MMS"}, "type"),
        ({"recipients": []}, "recipients"),
        ({"recipients": [PHONE] * 101}, "recipients"),
        ({"recipients": ["+82 10 0000 0001"]}, "recipients"),
        ({"recipients": PHONE}, "recipients"),
        ({"recipients": [], "member_id": ["nobody"]}, "member_id"),
    ],
)
def test_a_text_that_can_not_be_sent_names_what_is_wrong(mall, changes, parameter):
    answer = send(mall, **changes)
    assert answer.status_code == 422
    assert f"(parameter.{parameter})" in answer.json["error"]["message"]
    assert mall.app.mall.balance == Decimal("1000.3")


def test_a_text_over_ninety_bytes_is_split_and_each_part_paid_for(mall):
    send(mall, content=LONG)
    assert arrived(mall) == [
        ("SMS", "01000000001", "가" * 45),
        ("SMS", "01000000001", "가" * 5),
    ]
    assert mall.app.mall.balance == Decimal("998.3")


def test_a_mall_can_have_long_texts_sent_as_one_long_message(mall):
    mall.app.mall.sms_setting["send_method"] = "L"
    send(mall, content=LONG)
    assert arrived(mall) == [("LMS", "01000000001", LONG)]
    assert mall.app.mall.balance == Decimal("997.3")


def test_a_long_message_has_a_title_and_costs_three(mall):
    send(mall, content="가" * 1000, type="LMS", title="겨울 세일")
    (message,) = mall.phones.messages()
    assert (message.kind, message.title) == ("LMS", "겨울 세일")
    assert mall.app.mall.balance == Decimal("997.3")


def test_what_phones_lack_arrives_as_a_question_mark(mall):
    send(mall, content="세일 🎉 뷁")
    assert arrived(mall) == [("SMS", "01000000001", "세일 ? 뷁")]


@pytest.mark.parametrize("status", [422, 403])
def test_nothing_is_sent_when_the_credits_are_too_few(make_mall, status):
    mall = make_mall(balance=Decimal("1.9"), no_balance_status=status)
    assert send(mall, recipients=[PHONE, "01000000002"]).status_code == status
    assert len(mall.phones) == 0
    assert mall.get("sms/balance").json["sms"]["balance"] == "1.9"


def test_members_and_groups_are_sent_to_without_those_who_want_none(mall):
    refusing = mall.app.shop.join(member_id="refusing", cellphone="010-0800-0001", group_no=4)
    willing = mall.app.shop.join(
        member_id="willing", cellphone="010-0800-0002", group_no=4, sms="T"
    )
    ids = [refusing["member_id"], willing["member_id"]]
    send(mall, recipients=[], member_id=ids)
    assert [phone for _, phone, _ in arrived(mall)] == ["01008000002"]
    mall.phones.clear()
    mall.wait(seconds=1)
    send(mall, recipients=[], group_no=4, exclude_unsubscriber="F")
    assert {"01008000001", "01008000002"} <= {phone for _, phone, _ in arrived(mall)}


@pytest.mark.parametrize("minds", [True, False])
def test_whether_bare_numbers_of_unwilling_members_are_left_out_is_a_setting(make_mall, minds):
    mall = make_mall(excludes_by_number=minds)
    mall.app.shop.join(cellphone="010-0800-0001")
    send(mall, recipients=["01008000001"])
    assert len(mall.phones) == (0 if minds else 1)


@pytest.mark.parametrize(
    ("labels", "text"), [(True, "(광고)세일\n무료수신거부 0800000024"), (False, "세일")]
)
def test_whether_cafe24_labels_advertising_is_a_setting(make_mall, labels, text):
    mall = make_mall(labels_advertising=labels)
    send(mall, content="세일")
    assert arrived(mall) == [("SMS", "01000000001", text)]


def test_the_setting_names_the_number_to_refuse_at(make_mall):
    mall = make_mall(sender_memo=False)
    told = mall.get("sms/setting").json["sms"]
    assert (told["use_sms"], told["unsubscribe_phone"]) == ("T", "080-000-0024")
    assert "memo" not in mall.get("sms/senders").json["senders"][0]
    mall.app.mall.sms_setting["use_sms"] = "F"
    assert send(mall).status_code == 422


def test_a_share_of_accepted_texts_can_get_lost(faulty):
    faulty.app.faults.set(failing_share=0.5)
    send(faulty, recipients=[f"0100000{number:04}" for number in range(40)])
    assert 8 < len(faulty.phones) < 32
    assert faulty.app.mall.balance == Decimal("960.3")
