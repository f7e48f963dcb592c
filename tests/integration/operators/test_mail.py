"""The installation's own mail, through a real SMTP server."""

from __future__ import annotations

import socket
import ssl
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult

from growthcore.api import RetryableError
from growthcore.operators.mail import Mailer
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.testing.values import START

SENDER = "GrowthCore <no-reply@shop.com>"


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A TLS context of this machine, whose certificate is believed."""
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def send(mailer, text="본문"):
    mailer.send("minji@shop.com", "제목", text, now=START)


def only(smtp):
    (summary,) = smtp.inbox.messages()
    return smtp.inbox.get(summary.id)


def test_a_mail_arrives_as_it_was_written(tmp_path):
    with SandboxSmtp(tmp_path) as smtp:
        send(Mailer.of(f"smtp://127.0.0.1:{smtp.port}?from=GrowthCore+%3Cno-reply@shop.com%3E"))
        mail = only(smtp)
    assert (mail.sender, list(mail.recipients)) == ("no-reply@shop.com", ["minji@shop.com"])
    assert (mail.subject, mail.text.strip()) == ("제목", "본문")
    assert mail.headers["From"] == SENDER
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert mail.headers["Message-ID"].endswith("@shop.com>")


def test_a_server_elsewhere_has_to_offer_starttls():
    mailer = Mailer.of("smtp://minji%40shop.com:p%2Fw@mail.shop.com?from=a@shop.com")
    assert (mailer.port, mailer.starttls, mailer.tls) == (587, True, False)
    assert (mailer.user, mailer.password) == ("minji@shop.com", "p/w")


def test_starttls_can_be_left_out_inside_ones_own_network():
    assert not Mailer.of("smtp://relay:25?from=a@shop.com&starttls=off").starttls


def test_smtps_is_encrypted_from_the_first_byte():
    mailer = Mailer.of("smtps://mail.shop.com?from=a@shop.com")
    assert (mailer.port, mailer.tls) == (465, True)


def test_a_password_shows_nowhere():
    assert "hidden" not in repr(Mailer.of("smtp://minji:hidden@mail.shop.com?from=a@shop.com"))


@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])
def test_a_password_is_told_over_tls(tmp_path, certificate, implicit):
    seen = []

    def judge(server, session, envelope, mechanism, data):
        seen.append((session.ssl is not None or implicit, data.login, data.password))
        return AuthResult(success=True)

    given = {"tls": certificate} if implicit else {"tls_context": certificate}
    with SandboxSmtp(
        tmp_path / "in", authenticator=judge, auth_require_tls=not implicit, **given
    ) as smtp:
        send(
            Mailer(
                host="localhost",
                port=smtp.port,
                sender=SENDER,
                tls=implicit,
                starttls=True,
                user="minji",
                password="p/w",
            )
        )
        assert only(smtp).subject == "제목"
    assert seen == [(True, b"minji", b"p/w")]


def test_a_server_that_nobody_vouches_for_gets_no_mail(tmp_path, certificate, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with SandboxSmtp(tmp_path / "in", tls_context=certificate) as smtp:
        mailer = Mailer(host="localhost", port=smtp.port, sender=SENDER, tls=False, starttls=True)
        with pytest.raises(RetryableError, match="SSLCertVerificationError"):
            send(mailer)
        assert not smtp.inbox.messages()


def test_a_server_without_the_starttls_that_is_wanted_gets_no_mail(tmp_path):
    with SandboxSmtp(tmp_path) as smtp:
        mailer = Mailer(host="127.0.0.1", port=smtp.port, sender=SENDER, tls=False, starttls=True)
        with pytest.raises(RetryableError, match="SMTPNotSupportedError"):
            send(mailer)
        assert not smtp.inbox.messages()


def test_a_server_that_is_away_is_told_without_an_address():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        mailer = Mailer.of(f"smtp://127.0.0.1:{port}?from=a@shop.com")
        with pytest.raises(RetryableError, match="ConnectionRefusedError") as error:
            send(mailer)
    assert "minji@" not in str(error.value)
