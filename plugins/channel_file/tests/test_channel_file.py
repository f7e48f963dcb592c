import errno
import json
import os
import stat

import pytest
from marshmallow import ValidationError

from growthcore.api import (
    ConfigError,
    Handed,
    ItemView,
    MessageClass,
    MissingValue,
    Notice,
    Outcome,
    OutgoingMessage,
    RetryableError,
)
from growthcore.testing.channels import channel_conformance
from growthcore.testing.fakes import START, context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_file import spool
from growthcore_channel_file.channel import FileChannel


def make_channel(tmp_path, **config):
    path = tmp_path / "out.jsonl"
    return FileChannel(context_for(FileChannel, {"path": str(path), **config}))


def build(tmp_path):
    return make_channel(tmp_path)


def written(tmp_path):
    path = tmp_path / "out.jsonl"
    return path.read_text() if path.exists() else ""


def message(reference="gc-1", address="haneul@example.com"):
    return OutgoingMessage(
        reference=reference,
        address=address,
        message_class=MessageClass.INFORMATIONAL,
        rendered={"subject": "", "body": "안녕하세요"},
    )


def handed(*references):
    return [
        Handed(reference=each, provider_id=None, address="haneul@example.com", sent_at=START)
        for each in references
    ]


@channel_conformance(
    build,
    content={"subject": "#{NAME}님께", "body": "안녕하세요 #{NAME}님\n#{CART_ITEMS}"},
    outbox=written,
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("channel_file")


def test_a_line_holds_the_message(tmp_path):
    make_channel(tmp_path).send([message()])
    assert json.loads(written(tmp_path)) == {
        "reference": "gc-1",
        "at": "2026-03-02T01:00:00+00:00",
        "class": "informational",
        "to": "haneul@example.com",
        "subject": "",
        "body": "안녕하세요",
    }


def test_only_the_owner_may_read_the_file(tmp_path):
    make_channel(tmp_path).send([message()])
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600


def test_a_folder_that_does_not_exist_is_refused(tmp_path):
    config = {"path": str(tmp_path / "missing" / "out.jsonl")}
    channel = FileChannel(context_for(FileChannel, config))
    with pytest.raises(ConfigError, match="does not exist"):
        channel.verify()
    with pytest.raises(ConfigError, match="can't be written"):
        channel.send([message()])


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    channel = FileChannel(context_for(FileChannel, {"path": str(tmp_path)}))
    with pytest.raises(ConfigError, match="is a folder"):
        channel.verify()


def test_a_file_that_can_be_written_verifies_and_is_not_made_yet(tmp_path):
    make_channel(tmp_path).verify()
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("path", ["out.jsonl", "", "/a\0b"])
def test_a_path_that_is_not_absolute_is_refused(path):
    with pytest.raises(ValidationError, match="absolute"):
        context_for(FileChannel, {"path": path})


def test_a_full_disk_is_tried_again_and_leaves_no_half_line(tmp_path, monkeypatch):
    channel = make_channel(tmp_path)
    channel.send([message("gc-1")])
    before = written(tmp_path)
    write, left = os.write, [10]

    def short(descriptor, data):
        if not left:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[: left.pop()])

    monkeypatch.setattr(spool.os, "write", short)
    with pytest.raises(RetryableError, match="No space left"):
        channel.send([message("gc-2")])
    assert written(tmp_path) == before


def test_half_a_line_left_by_a_killed_process_spoils_no_other(tmp_path):
    (tmp_path / "out.jsonl").write_text('{"reference": "gc-0", "bo')
    channel = make_channel(tmp_path)
    channel.send([message("gc-1")])
    assert set(channel.settle(handed("gc-0", "gc-1"))) == {"gc-1"}


def test_settling_finds_what_was_written_and_nothing_else(tmp_path):
    channel = make_channel(tmp_path)
    channel.send([message("gc-1"), message("gc-2", "no-address")])
    settled = channel.settle(handed("gc-1", "gc-2", "gc-3"))
    assert {reference: receipt.outcome for reference, receipt in settled.items()} == {
        "gc-1": Outcome.ACCEPTED
    }


def test_settling_without_a_file_settles_nothing(tmp_path):
    assert make_channel(tmp_path).settle(handed("gc-1")) == {}


def test_items_are_a_line_each(tmp_path):
    channel = make_channel(tmp_path)
    item = ItemView(name="니트", price="32,000원", url="https://shop.example/p/1", image_url=None)
    recipient = FakeRecipient(values={}, blocks={"CART_ITEMS": [item, item]})
    compiled = channel.compile(FileChannel.Content().load({"body": "#{CART_ITEMS}"}))
    line = "니트 32,000원 https://shop.example/p/1"
    assert compiled.render(recipient)["body"] == f"{line}\n{line}"


def test_a_block_without_items_is_a_missing_value(tmp_path):
    compiled = make_channel(tmp_path).compile(FileChannel.Content().load({"body": "#{CART_ITEMS}"}))
    with pytest.raises(MissingValue):
        compiled.render(FakeRecipient(values={}))


def test_durable_waits_for_the_disk(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(spool.os, "fsync", synced.append)
    make_channel(tmp_path).send([message()])
    assert not synced
    make_channel(tmp_path, durable=True).send([message()])
    assert len(synced) == 1


def test_pace_slows_batches_down(tmp_path, monkeypatch):
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    make_channel(tmp_path, pace=100).send([message(f"gc-{n}") for n in range(20)])
    assert slept == [pytest.approx(0.2)]


def test_a_variable_that_is_not_closed_blocks_the_launch(tmp_path):
    channel = make_channel(tmp_path)
    content = FileChannel.Content().load({"body": "안녕 #{NAME 님"})
    (finding,) = channel.check(content, MessageClass.INFORMATIONAL)
    assert (finding.severity, finding.path) == ("blocking", "body")


NOTICE = Notice(label="(광고)", sender="그로스샵", contact="02-1234-5678", opt_out="수신거부")


@pytest.mark.parametrize(
    ("subject", "body", "shown"),
    [
        ("세일", "내용", ("(광고) 세일", "내용")),
        ("(광고) 세일", "내용", ("(광고) 세일", "내용")),
        ("", "내용", ("", "(광고) 내용")),
    ],
)
def test_advertising_is_written_with_its_label_and_what_the_law_asks(
    tmp_path, subject, body, shown
):
    compiled = make_channel(tmp_path).compile(
        FileChannel.Content().load({"subject": subject, "body": body})
    )
    told = compiled.render(
        FakeRecipient(values={}, message_class=MessageClass.ADVERTISING, notice=NOTICE)
    )
    assert (told["subject"], told["body"]) == shown
    assert told["notice"]["sender"] == "그로스샵"
    assert "notice" not in compiled.render(FakeRecipient(values={}))
