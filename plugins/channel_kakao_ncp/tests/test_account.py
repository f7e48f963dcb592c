import pytest
from click.testing import CliRunner

from growthcore.api import Approval, ConfigError, RetryableError
from growthcore.sandbox.faults import Answer
from growthcore_channel_kakao_ncp.commands import reservations


def test_a_good_account_verifies(sandbox):
    sandbox.channel().verify()


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"access_key": "Other"}, "does not accept the key"),
        ({"secret_key": "Other"}, "does not accept the key"),
        ({"service_id": "ncp:kkobizmsg:kr:1:other"}, "may not use this service"),
        ({"channel_id": "@nobody"}, "has no Kakao channel @nobody"),
        ({"channel_id": "@growthcore_blocked"}, "It is blocked"),
        ({"channel_id": "@growthcore_gone"}, "It is deleted"),
    ],
)
def test_verifying_says_what_is_wrong(sandbox, config, told):
    with pytest.raises(ConfigError, match=told):
        sandbox.channel(synced=False, **config).verify()


def test_a_clock_that_is_off_is_told_apart_from_a_wrong_key(sandbox):
    channel = sandbox.channel(synced=False)
    sandbox.faults.set(clock_skew=301)
    with pytest.raises(ConfigError, match="more than 5 minutes off"):
        channel.verify()


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (404, ConfigError, "no such SENS service"),
        (403, ConfigError, "not one of this project"),
        (400, ConfigError, "refuses the request"),
        (429, RetryableError, "no more calls"),
        (503, RetryableError, "problem of its own"),
    ],
)
def test_each_refusal_has_its_sentence(sandbox, status, error, told):
    sandbox.faults.set(answers=(Answer(status=status),))
    with pytest.raises(error, match=told):
        sandbox.channel(synced=False).verify()


def test_no_answer_is_told(sandbox):
    sandbox.http.fail(ConnectionError("timed out"))
    with pytest.raises(RetryableError, match="did not answer"):
        sandbox.channel(synced=False).verify()


def test_channels_are_the_sender_profiles(sandbox):
    found = {each.key: each for each in sandbox.channel(synced=False).sync_senders()}
    assert found["@growthcore"].approval is Approval.APPROVED
    assert found["@growthcore"].label == "그로스코어"
    assert found["@growthcore_blocked"].approval is Approval.STOPPED
    assert found["@growthcore_blocked"].detail == "BLOCKED"


@pytest.mark.parametrize("empty", ["list", "404"])
def test_every_template_of_the_channel_is_fetched_with_its_state(sandbox_with, empty):
    sandbox = sandbox_with(empty_templates=empty)
    found = {each.code: each for each in sandbox.channel(synced=False).sync_templates()}
    assert {code: each.approval.value for code, each in found.items()} == {
        "ORDER01": "approved", "WELCOME01": "approved", "ORDER02": "approved",
        "ORDER03": "approved", "NEW01": "pending", "NEW02": "pending", "NEW03": "pending",
        "SALE01": "rejected", "OLD01": "stopped",
    }  # fmt: skip
    assert "광고성 내용" in found["SALE01"].detail
    assert found["ORDER01"].sender == "@growthcore"
    assert [each["name"] for each in found["ORDER01"].content["buttons"]] == [
        "주문 확인", "배송 조회",
    ]  # fmt: skip
    assert sandbox.channel(synced=False, channel_id="@growthcore_leaving").sync_templates() == []


def test_a_reservation_is_looked_at_and_cancelled(sandbox):
    channel = sandbox.channel()
    message = {"to": "01012345678", "content": sandbox.rendered(channel).body["content"]}
    (sent,) = channel.sens.send(
        {
            "plusFriendId": "@growthcore",
            "templateCode": "ORDER01",
            "messages": [message],
            "reserveTime": "2026-03-02 12:00",
        }
    )

    class Shop:
        class accounts:  # noqa: N801
            channel = staticmethod(lambda account_id: channel)

    def run(*words):
        return CliRunner().invoke(
            reservations, [*words, sent.request_id, "--account", "1"], obj=Shop
        )

    assert run("status").output == "READY\n"
    assert run("cancel").output == f"The reservation {sent.request_id} is cancelled.\n"
    assert run("status").output == "CANCELED\n"
    again = run("cancel")
    assert isinstance(again.exception, ConfigError)
    assert "can't be cancelled" in str(again.exception)
