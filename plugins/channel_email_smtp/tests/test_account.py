"""Reaching the server: configuration, encryption, login; and what is checked before a launch."""

import pytest
from aiosmtpd.smtp import AuthResult
from marshmallow import ValidationError

from growthcore.api import ConfigError, MessageClass, RetryableError
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.testing.fakes import context_for
from growthcore_channel_email_smtp.channel import EmailSmtp

# What aiosmtpd says to a server that is encrypted from the first byte on.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

ADVERTISING, INFORMATIONAL = MessageClass
OPT_OUT = '<a href="#{UNSUBSCRIBE_URL}">수신거부</a>'
CONFIG = {"host": "localhost", "sender_address": "news@shop.example", "timeout": 1}
LOGIN = {"username": "shop", "password": "s3cret"}


def make_channel(port, **config):
    return EmailSmtp(context_for(EmailSmtp, CONFIG | {"port": port, "security": "none"} | config))


def authenticator(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"shop", b"s3cret")
    return AuthResult(success=good, handled=good)


@pytest.fixture
def trusted(monkeypatch, certificate):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture(params=["starttls", "tls"])
def secure(request, tmp_path, server_tls):
    """A server that wants encryption and a login, and how to encrypt."""
    how = {"tls": server_tls} if request.param == "tls" else {"tls_context": server_tls}
    options = {"authenticator": authenticator, "auth_required": True}
    if request.param == "tls":
        options["auth_require_tls"] = False  # aiosmtpd knows of STARTTLS only.
    with SandboxSmtp(tmp_path, **how, **options) as server:
        yield server, request.param


@pytest.mark.parametrize("mechanisms", [["PLAIN"], ["LOGIN"], []])
def test_it_logs_in_encrypted(secure, trusted, mechanisms, tmp_path):
    server, security = secure
    server._options["auth_exclude_mechanism"] = mechanisms
    make_channel(server.port, security=security, **LOGIN).verify()


def test_a_wrong_password_is_a_matter_of_configuration(secure, trusted):
    server, security = secure
    config = {"security": security, "username": "shop", "password": "wrong"}
    with pytest.raises(ConfigError, match=r"refused the login: 535 5\.7\.8") as caught:
        make_channel(server.port, **config).verify()
    assert "wrong" not in str(caught.value)


def test_a_certificate_that_nobody_signed_is_refused(secure):
    server, security = secure
    with pytest.raises(ConfigError, match="certificate of localhost is not trusted"):
        make_channel(server.port, security=security, **LOGIN).verify()
    make_channel(server.port, security=security, verify_certificates=False, **LOGIN).verify()


def test_a_certificate_of_another_name_is_refused(tmp_path, server_tls, trusted):
    with (
        SandboxSmtp(tmp_path, tls=server_tls) as server,
        pytest.raises(ConfigError, match="not trusted: IP address mismatch"),
    ):
        make_channel(server.port, host="127.0.0.1", security="tls").verify()


def test_no_starttls_is_a_matter_of_configuration(scripted):
    with pytest.raises(ConfigError, match="offers no STARTTLS"):
        make_channel(scripted().port, security="starttls").verify()


def test_tls_to_a_server_that_begins_in_plain_text_is_a_matter_of_configuration(scripted):
    with pytest.raises(ConfigError, match="does not begin with TLS"):
        make_channel(scripted().port, security="tls").verify()


def test_what_is_said_ahead_of_encryption_is_not_believed(scripted):
    server = scripted({"EHLO": "250-x\r\n250 STARTTLS", "STARTTLS": "220 Go\r\n250 AUTH PLAIN\r\n"})
    with pytest.raises(RetryableError, match="said more than it was asked"):
        make_channel(server.port, security="starttls").verify()


@pytest.mark.parametrize(
    ("script", "error", "text"),
    [
        ({"GREETING": "554 5.7.1 Go away"}, ConfigError, "refused the connection: 554 5.7.1"),
        ({"GREETING": "421 4.3.2 Busy"}, RetryableError, "for now: 421 4.3.2 Busy"),
        ({"GREETING": "SSH-2.0-OpenSSH"}, RetryableError, "begins with no code"),
        ({"EHLO": "550 No"}, ConfigError, "refused EHLO: 550 No"),
        ({"EHLO": "250-x\r\n250 AUTH CRAM-MD5"}, ConfigError, "no login that is supported"),
        ({"AUTH": "454 4.7.0 Later"}, RetryableError, "can't check the login now: 454"),
        ({"AUTH": "535 5.7.8 No"}, ConfigError, "refused the login: 535"),
        ({"AUTH": "504 5.5.4 No"}, ConfigError, "refused the login: 504"),
    ],
)
def test_a_server_that_does_not_let_us_in_says_why(scripted, script, error, text):
    with pytest.raises(error, match=text):
        make_channel(scripted(script).port, **LOGIN).verify()


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "AUTH"])
def test_a_server_that_stalls_or_closes_can_be_tried_later(scripted, smtp_scripts, step):
    for trouble, text in zip(
        smtp_scripts, ("closed the connection", "no answer in time"), strict=True
    ):
        with pytest.raises(RetryableError, match=text):
            make_channel(scripted({step: trouble}).port, **LOGIN).verify()


def test_verifying_sends_nothing(scripted):
    server = scripted()
    make_channel(server.port, **LOGIN).verify()
    assert server.seen["MAIL"] == 0


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"sender_address": "nobody"}, "sender_address"),
        ({"sender_address": ""}, "sender_address"),
        ({"reply_to": "a@b.example\r\nBcc: c@d.example"}, "reply_to"),
        ({"host": "smtp.shop.example/x"}, "host"),
        ({"port": 0}, "port"),
        ({"security": "ssl"}, "security"),
        ({"username": "shop"}, "password"),
        ({"password": "s3cret"}, "username"),
        ({"host": "smtp.example", "security": "none", **LOGIN}, "security"),
        ({"timeout": 0}, "timeout"),
    ],
)
def test_configuration_that_cannot_work_is_refused(config, field):
    with pytest.raises(ValidationError) as caught:
        EmailSmtp.Config().load(CONFIG | config)
    assert set(caught.value.messages) == {field}


def found(message_class=ADVERTISING, **content):
    usual = {"subject": "세일", "html": OPT_OUT}
    findings = make_channel(1).check(EmailSmtp.Content().load(usual | content), message_class)
    return [(each.severity, each.code, each.path) for each in findings]


def test_good_content_has_no_findings():
    assert found() == []
    assert found(subject="(광고) 세일") == []
    assert found(INFORMATIONAL, html="주문이 완료되었습니다") == []


def test_advertising_without_an_opt_out_is_blocked():
    assert found(html="<p>세일</p>") == [("blocking", "unsubscribe_missing", "html")]
    assert found(text="세일") == [("blocking", "unsubscribe_missing", "text")]
    assert found(text="수신거부 #{UNSUBSCRIBE_URL}") == []


@pytest.mark.parametrize(
    "label", ["[광고]", "(광 고)", "(광/고)", "(광.고)", " [ 광 고 ]", "【광고】"]
)
def test_a_label_in_disguise_is_blocked(label):
    assert found(subject=f"{label} 세일") == [("blocking", "label_disguised", "subject")]


def test_a_label_on_an_informational_mail_is_doubtful():
    assert found(INFORMATIONAL, subject="(광고) 세일") == [
        ("warning", "labelled_advertising", "subject")
    ]


@pytest.mark.parametrize("path", ["subject", "preheader", "html", "text"])
def test_a_variable_that_is_not_closed_is_blocked(path):
    assert found(INFORMATIONAL, **{path: "안녕 #{NAME 님"}) == [
        ("blocking", "variable_unclosed", path)
    ]


def test_html_that_gmail_would_cut_is_doubtful():
    assert found(html=OPT_OUT + "가" * 40_000) == [("warning", "html_too_large", "html")]
