"""AlimTalk: lists, failovers, channels and templates."""

from __future__ import annotations

from datetime import timedelta

import pytest

DONE = timedelta(seconds=2)
WINDOW = {"requestStartTime": "2026-03-02 09:00:00", "requestEndTime": "2026-03-02 11:00:00"}


def listed(sens, **query):
    return sens.get(f"{sens.talk}/messages", **query)


def test_a_request_is_listed_by_its_id(sens):
    sens.order("01000000001")
    answer = sens.order("01000000002", "01000000003")
    found = listed(sens, requestId=answer.json["requestId"]).json
    assert [m["to"] for m in found["messages"]] == ["01000000002", "01000000003"]
    assert (found["itemCount"], found["hasMore"]) == (2, False)


def test_a_window_of_time_is_listed_with_filters(sens, clock):
    sens.order("01000000001", "01000003019")
    clock.at += DONE
    channel = {"plusFriendId": "@growthcore", **WINDOW}
    assert [m["to"][-4:] for m in listed(sens, **channel).json["messages"]] == ["3019", "0001"]
    failed = listed(sens, messageStatusName="fail", **channel).json["messages"]
    assert [m["messageStatusCode"] for m in failed] == ["3019"]
    assert len(listed(sens, to="01000000001", **channel).json["messages"]) == 1
    ended = {
        "plusFriendId": "@growthcore",
        "completeStartTime": "2026-03-02 10:00:00",
        "completeEndTime": "2026-03-02 10:00:02",
    }
    assert len(listed(sens, **ended).json["messages"]) == 2


@pytest.mark.parametrize(
    "query",
    [
        {},
        WINDOW,
        {"plusFriendId": "@growthcore"},
        {"plusFriendId": "@growthcore", **WINDOW, "requestEndTime": "2026-05-02 11:00:00"},
        {"plusFriendId": "@growthcore", **WINDOW, "requestEndTime": None},
        {"plusFriendId": "@growthcore", **WINDOW, "pageSize": "101"},
        {"plusFriendId": "@growthcore", **WINDOW, "nextToken": "nonsense"},
        {
            "plusFriendId": "@growthcore",
            **WINDOW,
            "completeStartTime": "2026-03-02 10:00:00",
            "completeEndTime": "2026-03-02 10:30:00",
        },
        {
            "plusFriendId": "@growthcore",
            "completeStartTime": "2026-03-01 10:00:00",
            "completeEndTime": "2026-03-02 10:30:00",
        },
    ],
)
def test_a_list_needs_one_window_and_a_channel(sens, query):
    sens.order("01000000001")
    assert listed(sens, **query).status == 400


def test_pages_hold_each_message_once_though_more_come(sens):
    for number in range(5):
        sens.order(f"0100000000{number}")
    query = {"plusFriendId": "@growthcore", "pageSize": "2", **WINDOW}
    first = listed(sens, **query).json
    sens.order("01000000009")
    second = listed(sens, nextToken=first["nextToken"], **query).json
    third = listed(sens, nextToken=second["nextToken"], **query).json
    pages = [m["to"][-1] for page in (first, second, third) for m in page["messages"]]
    assert pages == ["4", "3", "2", "1", "0"]
    assert "nextToken" not in third


def test_the_names_of_the_paging_fields_may_be_others(make_sens):
    names = {n: n.lower() for n in ("nextToken", "pageSize", "itemCount", "hasMore")}
    sens = make_sens(page_fields=names, time_separator=" ")
    answer = sens.order("01000000001")
    assert answer.json["requestTime"] == "2026-03-02 10:00:00.000"
    assert listed(sens, requestId=answer.json["requestId"]).json["itemcount"] == 1


@pytest.mark.parametrize(("form", "status", "body"), [("404", 404, b""), ("list", 200, b"[]\n")])
def test_an_empty_list_has_the_form_that_is_set(make_sens, form, status, body):
    sens = make_sens(empty_messages=form, empty_templates=form)
    found = listed(sens, requestId="none")
    assert (found.status, found.data) == (status, body)
    templates = sens.get(f"{sens.talk}/templates", channelId="@growthcore", templateCode="none")
    assert (templates.status, templates.data) == (status, body)
    assert sens.get(f"{sens.talk}/messages/none").status == 404


def test_messages_are_kept_for_thirty_days(sens, clock):
    answer = sens.order("01000000001")
    clock.at += timedelta(days=30)
    assert sens.result(answer)
    clock.at += timedelta(seconds=1)
    assert sens.result(answer) is None


def fall_back(sens, number, **config):
    each = {"useSmsFailover": True, "failoverConfig": config}
    return sens.order(number, each=each)


def test_a_message_that_can_not_be_delivered_goes_on_as_a_text_message(sens, clock, phone):
    answer = fall_back(sens, "01000003019", **{"from": "01012345678", "content": "발송했습니다"})
    clock.at += DONE
    told = sens.result(answer)["failover"]
    assert (told["requestStatusCode"], told["messageStatus"]) == ("A000", "READY")
    clock.at += DONE
    told = sens.result(answer)["failover"]
    assert (told["messageStatusCode"], told["messageStatusName"]) == ("0", "success")
    (shown,) = phone.messages()
    assert (shown.kind, shown.sender, shown.text) == ("SMS", "01012345678", "발송했습니다")
    (text,) = sens.get(f"{sens.text}/messages/{told['messageId']}").json["messages"]
    assert text["status"] == "COMPLETED"


def test_a_long_failover_is_an_lms_titled_by_the_channel(sens, clock, phone):
    fall_back(sens, "01000003018", content="가" * 46)
    clock.at += 2 * DONE
    sens.app.deliver()
    (shown,) = phone.messages()
    assert (shown.kind, shown.title, shown.sender) == ("LMS", "그로스코어", "0212345678")


def test_the_middle_digits_decide_how_a_failover_ends(sens, clock, phone):
    answer = fall_back(sens, "01030023019")
    clock.at += 2 * DONE
    told = sens.result(answer)["failover"]
    assert (told["messageStatusCode"], told["messageStatusName"]) == ("3002", "fail")
    assert phone.messages() == []


@pytest.mark.parametrize("number", ["01000009004", "01000000000", "01000001020"])
@pytest.mark.parametrize("at", ["request", "result"])
def test_nothing_else_falls_back(make_sens, clock, number, at):
    sens = make_sens(refused_at=at)
    answer = fall_back(sens, number)
    clock.at += DONE
    told = sens.result(answer)
    assert "failover" not in told
    if number.endswith("9004"):
        field = "requestStatusCode" if at == "request" else "messageStatusCode"
        assert told[field] == "B004"


@pytest.mark.parametrize(
    ("settings", "config"), [({}, {"from": "0299999999"}), ({"failover_from_channel": False}, {})]
)
def test_a_failover_needs_a_registered_number(make_sens, clock, settings, config):
    sens = make_sens(**settings)
    answer = fall_back(sens, "01000003019", **config)
    clock.at += 2 * DONE
    assert sens.result(answer)["failover"]["requestStatusName"] == "fail"


@pytest.mark.parametrize(("form", "flag"), [("boolean", True), ("text", "true")])
def test_channels_are_a_bare_array(make_sens, form, flag):
    sens = make_sens(failover_flag_as=form)
    channels = sens.get(f"{sens.talk}/channels").json
    assert {"ACTIVE", "BLOCKED", "DELETED"} <= {each["channelStatus"] for each in channels}
    assert channels[0]["useSmsFailover"] == flag
    assert channels[0]["failoverTelNo"] == "0212345678"


def templates(sens, **query):
    return sens.get(f"{sens.talk}/templates", channelId="@growthcore", **query).json


def test_templates_are_in_every_state(sens):
    found = templates(sens)
    inspections = {each["templateInspectionStatus"] for each in found}
    assert inspections == {"ACCEPT", "REGISTER", "INSPECT", "COMPLETE", "REJECT"}
    assert {each["templateStatus"] for each in found} == {"READY", "ACTIVE", "STOP"}
    (rejected,) = [each for each in found if each["templateInspectionStatus"] == "REJECT"]
    assert rejected["comments"][0]["content"]


def test_templates_are_found_by_code_name_and_page(sens):
    (one,) = templates(sens, templateCode="ORDER01")
    assert one["content"] == "#{고객명}님, 주문 #{주문번호}이(가) 발송되었습니다."
    assert [button["order"] for button in one["buttons"]] == [1, 2]
    assert [t["templateCode"] for t in templates(sens, templateName="접수")] == ["ORDER02", "NEW01"]
    second = templates(sens, pageSize="2", pageIndex="1")
    assert second == templates(sens)[2:4]
    assert sens.get(f"{sens.talk}/templates").status == 400
    assert sens.get(f"{sens.talk}/templates", channelId="@other").status == 403


def test_the_words_for_the_states_may_be_others(make_sens):
    words = {"READY": "R", "ACTIVE": "A", "STOP": "S"}
    found = templates(make_sens(template_words=words))
    assert {each["templateStatus"] for each in found} == {"R", "A", "S"}
