"""What an installation is told from outside."""

from __future__ import annotations

import pytest

from growthcore.api import ConfigError
from growthcore.settings import Settings


def read(mail_url):
    return Settings.from_environment({"GROWTHCORE_MAIL_URL": mail_url})


@pytest.mark.parametrize(
    "url",
    [
        "smtp://minji:p%2Fw@mail.shop.com:587?from=no-reply@shop.com",
        "smtps://mail.shop.com?from=GrowthCore+%3Cno-reply@shop.com%3E",
        "smtp://127.0.0.1:2525?from=no-reply@shop.com&starttls=off",
    ],
)
def test_a_mail_server_is_told_by_a_url(url):
    settings = read(url)
    assert settings.mail_url == url
    assert url not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "mail.shop.com",
        "http://mail.shop.com?from=a@shop.com",
        "smtp://?from=a@shop.com",
        "smtp://minji:hidden@mail.shop.com",
        "smtp://minji:hidden@mail.shop.com?from=nobody",
        "smtp://minji:hidden@mail.shop.com:port?from=a@shop.com",
        "smtp://minji:hid/den@mail.shop.com?from=a@shop.com",
    ],
)
def test_a_mail_url_that_can_not_work_is_refused_without_its_password(url):
    with pytest.raises(ConfigError, match="GROWTHCORE_MAIL_URL must look like") as error:
        read(url)
    assert "hid" not in str(error.value)
    assert error.value.__cause__ is None


def test_without_a_url_there_is_no_mail_server():
    assert Settings.from_environment({}).mail_url is None
