"""Signatures, verified by another implementation."""

import base64
from dataclasses import replace
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from dkim.canonicalization import Relaxed
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import MessageClass
from growthcore_channel_email_smtp.dkim import Signer, UnusableKey, private_key
from growthcore_channel_email_smtp.mime import Frame, Mail
from growthcore_channel_email_smtp.senders import From

KEYS = {
    "rsa": rsa.generate_private_key(public_exponent=65537, key_size=1024),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}
MAIL = Mail(
    subject="제목 " * 30,
    html="<p>본문</p>\n\n\n",
    text="본문  과   빈칸\t\n \n",
    unsubscribe_url="https://shop.example/u/1",
)
SENDER = From(address="news@mail.shop.example", name='The "Shop"', reply_to="help@shop.example")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def pem(key, encryption=None):
    return key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()
    ).decode()


def signer(kind):
    return Signer("shop.example", "gc1", private_key(pem(KEYS[kind])))


def signed(signer, mail=MAIL, *, advertising=True):
    message_class = MessageClass.ADVERTISING if advertising else MessageClass.INFORMATIONAL
    return Frame(SENDER, signer).message(
        mail,
        to="haneul@example.com",
        reference="gc-7",
        message_class=message_class,
        at=datetime(2026, 3, 2, 1, tzinfo=UTC),
    )


def verifies(signer, message):
    records = {f"{signer.record_name}.": signer.record}
    return dkim.verify(message, dnsfunc=lambda name, timeout=5: records[name.decode()].encode())


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("advertising", [True, False])
def test_another_implementation_verifies_the_signature(kind, advertising):
    assert verifies(signer(kind), signed(signer(kind), advertising=advertising))


@given(subject=TEXT, html=TEXT, text=TEXT)
def test_whatever_a_mail_says_its_signature_holds(subject, html, text):
    mail = replace(MAIL, subject=subject, html=html, text=text)
    message = signed(signer("ed25519"), mail)
    assert verifies(signer("ed25519"), message)
    body = message.partition(b"\r\n\r\n")[2]
    assert Relaxed.canonicalize_body(body) == body


@pytest.mark.parametrize(
    "name",
    ["From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type",
     "List-Unsubscribe", "List-Unsubscribe-Post"],
)  # fmt: skip
def test_no_header_can_be_changed(name):
    message = signed(signer("rsa"))
    assert not verifies(
        signer("rsa"), message.replace(f"\r\n{name}: ".encode(), f"\r\n{name}: x".encode())
    )


def test_no_second_sender_can_be_added():
    message = signed(signer("rsa"))
    assert not verifies(signer("rsa"), b"From: evil@example.com\r\n" + message)


def test_no_line_of_a_signed_mail_is_too_long():
    lines = signed(signer("rsa")).split(b"\r\n")
    assert max(map(len, lines)) < 200


@pytest.mark.parametrize("kind", KEYS)
def test_a_published_key_is_recognised(kind):
    own = signer(kind)
    assert own.matches(own.record)
    assert own.matches(own.record.replace("v=DKIM1; ", "").replace("; p=", " ; p= "))
    assert not own.matches("v=DKIM1; p=")
    assert not own.matches("v=DKIM1; k=rsa; p=no*base64")
    other = "ed25519" if kind == "rsa" else "rsa"
    assert not own.matches(signer(other).record)


def test_a_key_whose_lines_became_one_is_the_same_key():
    flat = pem(KEYS["rsa"]).replace("\n", "")
    assert Signer("d", "s", private_key(flat)).record == Signer("d", "s", KEYS["rsa"]).record


def test_ed25519_is_published_as_its_bare_32_bytes():
    tags = dict(part.strip().split("=", 1) for part in signer("ed25519").record.split(";"))
    assert (tags["k"], len(base64.b64decode(tags["p"]))) == ("ed25519", 32)


@pytest.mark.parametrize(
    "text",
    [
        "secret",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        pem(KEYS["rsa"], BestAvailableEncryption(b"password")),
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_what_cannot_sign_is_refused_without_being_shown(text):
    with pytest.raises(UnusableKey) as caught:
        private_key(text)
    assert text not in str(caught.value)
