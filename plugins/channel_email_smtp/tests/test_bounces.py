"""What comes back, in the forms of several mail systems."""

from datetime import UTC, datetime

import pytest

from growthcore.api import ReturnKind
from growthcore_channel_email_smtp.bounces import read

TOKEN = "04" + "0123456789abcdef" * 2 + "01234567"
TO = f"bounce+{TOKEN}@shop.example"
FIELD = f"X-GrowthCore-Return: {TOKEN}"
BOUNCE, SOFT, COMPLAINT = ReturnKind


def report(status, *, to="bounce@shop.example", back=FIELD, kind="delivery-status", head=""):
    """A multipart/report of which the second part has the fields ``status``."""
    lines = f"""Return-Path: <>
Delivered-To: {to}
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
Date: Mon, 2 Mar 2026 11:00:00 +0900
{head}Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind};
\tboundary="b1"

--b1
Content-Type: text/plain; charset=utf-8

It could not be delivered.
--b1
Content-Type: message/{kind}

{status}
--b1
Content-Type: text/rfc822-headers

From: news@shop.example
{back}
Subject: hi
--b1--
"""
    return lines.replace("\n", "\r\n").encode()


def statuses(action="failed", status="5.1.1", diagnostic="smtp; 550 5.1.1 No such user"):
    return f"""Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 2 Mar 2026 10:00:00 +0900

Final-Recipient: rfc822; kim@example.net
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}
"""


def plain(body, *, to=TO, sender="MAILER-DAEMON@old.example", head="Return-Path: <>"):
    lines = f"{head}\nTo: {to}\nFrom: <{sender}>\nSubject: failure notice\n\n{body}\n"
    return lines.replace("\n", "\r\n").encode()


POSTFIX = statuses(diagnostic="smtp; 550 5.1.1 <kim@example.net>: Recipient address rejected")
GMAIL = statuses("failed", "5.2.1", "smtp; 550-5.2.1 The email account is inactive. gsmtp")
EXCHANGE = statuses("failed", "5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found")
NAVER = statuses("failed", "5.0.0", "smtp; 552 5.2.2 mailbox quota exceeded")


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (POSTFIX, BOUNCE, "mailbox_unknown"),
        (GMAIL, BOUNCE, "mailbox_disabled"),
        (EXCHANGE, BOUNCE, "mailbox_unknown"),
        (NAVER, SOFT, "mailbox_full"),
        (statuses("Failed", "5.1.2", "dns; host not found"), BOUNCE, "domain_unknown"),
        (statuses(status="4.4.7", diagnostic="smtp; 451 4.4.1 too busy"), SOFT, "expired"),
        (statuses(status="5.7.1", diagnostic="smtp; 550 5.7.1 spam"), SOFT, "blocked"),
        (statuses(status="5.1.8", diagnostic="smtp; bad sender"), SOFT, "message_refused"),
        (statuses(status="5.0.0", diagnostic="smtp; 550 Mailbox not found"), BOUNCE, "refused"),
        (statuses(status="5.0.0", diagnostic="smtp; 554 Rejected"), SOFT, "message_refused"),
    ],
)
def test_a_delivery_report_says_whether_the_address_is_to_blame(status, kind, reason):
    found = read(report(status))
    assert (found.token, found.kind, found.reason) == (TOKEN, kind, reason)
    assert found.at == datetime(2026, 3, 2, 2, tzinfo=UTC)


def test_words_are_told_without_addresses():
    assert read(report(POSTFIX)).detail == "5.1.1 550 5.1.1 ...: Recipient address rejected"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_did_not_fail_is_no_bounce(action):
    assert read(report(statuses(action, "4.4.1"))) is None


def test_of_several_recipients_the_one_that_failed_counts():
    both = (
        statuses("delivered", "2.0.0", "smtp; 250 2.0.0 Ok") + "\n" + POSTFIX.partition("\n\n")[2]
    )
    assert read(report(both)).reason == "mailbox_unknown"


def test_the_return_path_names_the_message_in_any_case_of_letters():
    assert read(report(POSTFIX, to=TO.upper(), back="")).token == TOKEN
    assert read(report(POSTFIX, back=FIELD.upper())).token == TOKEN


def test_a_report_that_names_none_of_our_messages_is_nothing():
    back = "Message-ID: <gc-tag-1@shop.example>"
    assert read(report(POSTFIX, back=back)) is None
    assert read(report(POSTFIX, to="bounce+123@shop.example", back="")) is None


@pytest.mark.parametrize("kind", ["message/rfc822", "message/global", "text/rfc822-headers"])
def test_the_message_is_given_back_in_several_ways(kind):
    raw = report(POSTFIX).replace(b"text/rfc822-headers", kind.encode())
    assert read(raw).token == TOKEN


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ("Hi. This is the qmail-send program.\n<k@e.net>:\n550 User unknown", BOUNCE, "refused"),
        ("host mx said: 550 5.1.1 no mailbox", BOUNCE, "mailbox_unknown"),
        ("사서함 용량이 초과되었습니다. (552 5.2.2)", SOFT, "mailbox_full"),
        (
            "It could not be delivered after 500 tries from 10.5.1.1, version 4.99.2",
            SOFT,
            "deferred",
        ),
    ],
)
def test_a_bounce_in_words_is_known_by_where_it_came_to(body, kind, reason):
    found = read(plain(body))
    assert (found.token, found.kind, found.reason) == (TOKEN, kind, reason)


def test_a_bounce_in_words_may_quote_the_message():
    body = f"550 5.1.1 No such user\n\n> From: news@shop.example\n> {FIELD}"
    assert read(plain(body, to="bounce@shop.example")).kind is BOUNCE


@pytest.mark.parametrize(
    "mail",
    [
        plain("부재중입니다. 550 5.1.1", head="Auto-Submitted: auto-replied\nReturn-Path: <>"),
        plain(
            "550 5.1.1 하지 마세요", sender="kim@example.net", head="Return-Path: <kim@example.net>"
        ),
        b"",
        b"\xff\x00 no mail at all",
    ],
)
def test_answers_of_people_are_no_bounces(mail):
    assert read(mail) is None


def feedback(kind):
    fields = f"Feedback-Type: {kind}\nUser-Agent: Loop/1\nVersion: 1\n"
    return report(fields + "Arrival-Date: Sun, 1 Mar 2026 10:00:00 +0900\n", kind="feedback-report")


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out"])
def test_a_feedback_report_is_a_complaint(kind):
    found = read(feedback(kind))
    assert (found.token, found.kind, found.reason) == (TOKEN, COMPLAINT, kind)
    assert found.at == datetime(2026, 3, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
def test_other_feedback_is_none(kind):
    assert read(feedback(kind)) is None
