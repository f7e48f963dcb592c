"""``growthcore sandbox``: stand-ins for the outside world."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from growthcore.api import ConfigError
from growthcore.settings import Settings

if TYPE_CHECKING:
    from growthcore.sandbox.cafe24 import Cafe24Settings

_PORT = click.IntRange(1, 65535)
_SMTP, _CAFE24, _SENS = 1025, 8024, 8026
_IMAP = click.option(
    "--imap-port", type=_PORT, help="Serve what bounces to IMAP clients, too, at this port."
)


@click.group()
def sandbox() -> None:
    """Run stand-ins for the outside world, so that nothing leaves this machine."""


@sandbox.command()
@click.option("--port", default=_SMTP, show_default=True, type=_PORT)
@_IMAP
def smtp(port: int, imap_port: int | None) -> None:
    """Take mail by SMTP on 127.0.0.1 and keep it in the inbox of the data folder.

    With --imap-port, mail to bounce@, full@ and complaint@ (or bounce+anything@) of any domain comes
    back as a bounce or a complaint into a mailbox.
    """
    _run(_mail(port, imap_port))


@sandbox.command()
@click.option("--port", default=_SENS, show_default=True, type=_PORT)
def sens(port: int) -> None:
    """Be NAVER Cloud's SENS on 127.0.0.1; its messages go to the inbox of the data folder.

    The last four digits of a number decide what becomes of its message: 3019 is no KakaoTalk user,
    3020 blocked AlimTalk, 9999 never ends; most others get it. Faults are set by
    PUT /_sandbox/faults.
    """
    _run([_messages(port)])


_APP_URL = click.option("--app-url", help="Where the mall opens the app.")
_REDIRECT_URI = click.option(
    "--redirect-uri", multiple=True, help="Where a person may be sent back to; repeatable."
)
_WEBHOOK_URL = click.option(
    "--webhook-url", default="", help="Who is told what happens in the mall."
)


@sandbox.command()
@click.option("--port", default=_CAFE24, show_default=True, type=_PORT)
@_APP_URL
@_REDIRECT_URI
@_WEBHOOK_URL
def cafe24(port: int, **app: Any) -> None:
    """Be a Cafe24 mall on 127.0.0.1; its text messages go to the inbox of the data folder."""
    _run([_mall(port, _mall_settings(**app))])


@sandbox.command()
@click.option("--smtp-port", default=_SMTP, show_default=True, type=_PORT)
@click.option("--sens-port", default=_SENS, show_default=True, type=_PORT)
@click.option("--cafe24-port", default=_CAFE24, show_default=True, type=_PORT)
@_IMAP
@_APP_URL
@_REDIRECT_URI
@_WEBHOOK_URL
@click.option("--quiet", is_flag=True, help="Don't print what they need to be called.")
def up(
    smtp_port: int,
    sens_port: int,
    cafe24_port: int,
    imap_port: int | None,
    quiet: bool,
    **app: Any,
) -> None:
    """Run all of them at once, with what they need to be called."""
    mall = _mall(cafe24_port, _mall_settings(**app))
    _run([*_mail(smtp_port, imap_port), _messages(sens_port), mall], quiet=quiet)


def _mall_settings(
    app_url: str | None, redirect_uri: Sequence[str], webhook_url: str
) -> Cafe24Settings:
    from growthcore.sandbox.cafe24 import Cafe24Settings

    usual = Cafe24Settings()
    return replace(
        usual,
        app_url=app_url or usual.app_url,
        redirect_uris=tuple(redirect_uri) or usual.redirect_uris,
        webhook_url=webhook_url,
    )


class _Server(Protocol):
    port: int

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class _StandIn:
    """A server, what a person should know of it, and what it does each second."""

    server: _Server
    told: Sequence[str]
    turn: Callable[[], None] | None = None


def _mail(port: int, imap_port: int | None) -> list[_StandIn]:
    from growthcore.sandbox.imap import SandboxImap
    from growthcore.sandbox.smtp import SandboxSmtp

    told = f"Mail to 127.0.0.1:{port} is kept in {_inbox()}"
    if imap_port is None:
        return [_StandIn(server=SandboxSmtp(_inbox(), port), told=[told])]
    imap = SandboxImap(_inbox().parent / "bounces", imap_port)
    smtp = SandboxSmtp(_inbox(), port, bounce=imap.deliver)
    bounces = [
        f"What bounces is in the IMAP mailbox at 127.0.0.1:{imap_port}, unencrypted",
        f"  user name  {imap.username}",
        f"  password   {imap.password}",
    ]
    return [_StandIn(server=smtp, told=[told]), _StandIn(server=imap, told=bounces)]


def _messages(port: int) -> _StandIn:
    from growthcore.sandbox.sens import EXAMPLE_KEY, EXAMPLE_PROJECT, SandboxSens
    from growthcore.sandbox.serving import Served

    app = SandboxSens(_inbox())
    told = [
        f"SENS is at http://127.0.0.1:{port}",
        f"  access key        {EXAMPLE_KEY.access}",
        f"  secret key        {EXAMPLE_KEY.secret}",
        f"  AlimTalk service  {EXAMPLE_PROJECT.kakao_service}",
        f"  SMS service       {EXAMPLE_PROJECT.sms_service}",
        f"  channels          {', '.join(channel.id for channel in app.catalogue.channels[:2])}",
        f"  sender numbers    {', '.join(EXAMPLE_PROJECT.senders)}",
    ]
    return _StandIn(server=Served(app, port), told=told, turn=app.deliver)


def _mall(port: int, settings: Cafe24Settings) -> _StandIn:
    from growthcore.sandbox.cafe24 import create
    from growthcore.sandbox.phone import PhoneInbox
    from growthcore.sandbox.serving import Served

    told = [
        f"The mall {settings.mall_id} is at http://127.0.0.1:{port}/",
        f"  client id      {settings.client_id}",
        f"  client secret  {settings.client_secret}",
        f"  webhook key    {settings.webhook_key}",
        f"  redirect URI   {', '.join(settings.redirect_uris)}",
    ]
    app = create(settings, phones=PhoneInbox(_inbox()))
    return _StandIn(server=Served(app, port), told=told)


def _inbox() -> Path:
    return Settings.from_environment().data_dir / "inbox"


def _run(stand_ins: Sequence[_StandIn], *, quiet: bool = False) -> None:
    """Serve until this process is asked to end. Raises ``ConfigError`` when a port is taken."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as running:
        for each in stand_ins:
            _start(each.server)
            running.callback(each.server.stop)
            if not quiet:
                click.echo("\n".join(each.told))
        while not stop.wait(1):
            for each in stand_ins:
                if each.turn:
                    each.turn()


def _start(server: _Server) -> None:
    try:
        server.start()
    except OSError as error:
        raise ConfigError(
            f"Port {server.port} can't be used ({error.strerror}); choose another."
        ) from error
