"""``growthcore demo``: a shop with a past, its front and its inbox, on this machine only."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import click

from growthcore.cli import together
from growthcore.cli.context import log_to_stderr
from growthcore.clock import SystemClock
from growthcore.core import Core
from growthcore.settings import Settings

_HOST = "127.0.0.1"
_DEFAULTS = {"GROWTHCORE_LOG_LEVEL": "WARNING"}


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--data-dir",
    default="demo-data",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the demo is kept; made on the first start.",
)
@click.option("--products", default=200, hidden=True, type=click.IntRange(20, 200))
@click.option("--customers", default=2_000, hidden=True, type=click.IntRange(50, 9_999))
@click.option("--days", default=60, hidden=True, type=click.IntRange(20, 365))
def demo(port: int, data_dir: Path, products: int, customers: int, days: int) -> None:
    """Run a Korean fashion shop that GrowthCore makes itself; nothing leaves this machine.

    Its settings are its own: GROWTHCORE_… variables play no part, but for GROWTHCORE_LOG_LEVEL.
    """
    # Imported here, so that whoever asks for help need not wait for it.
    from growthcore.demo import addresses, place, standins
    from growthcore.demo.scale import Scale

    together.require_free(_HOST, port, choose="--port (make demo PORT=8100)")
    base_url, folder = f"http://{_HOST}:{port}", data_dir.resolve()
    ports = standins.Ports(
        smtp=_free_port(), sens=_free_port(port + 26), cafe24=_free_port(port + 24)
    )
    environment = _environment(folder, base_url, ports.smtp)
    settings = Settings.from_environment(environment)
    log_to_stderr(settings)
    owner = place.prepare(
        folder,
        SystemClock(),
        scale=Scale(products=products, customers=customers, days=days),
        base_url=base_url,
        say=click.echo,
    )

    def settle(core: Core) -> None:
        click.echo("Starting")
        with core.db.unit() as session:
            addresses.settle(core, session, base_url=base_url, smtp_port=ports.smtp)
            standins.settle(core, session, ports)

    installation = together.Installation(
        settings=settings,
        host=_HOST,
        port=port,
        application="growthcore.demo.storefront:wsgi",
        beside={"sandbox": ports.command(base_url)},
        environment=environment,
    )
    told = _welcome(base_url, owner.email, owner.password, standins.told(ports))
    together.run(installation, ready=settle, tend=_once_it_answers(port, told))


def _environment(folder: Path, base_url: str, smtp_port: int) -> Mapping[str, str]:
    """The settings of every process: none of the surroundings', whose database is somebody's shop."""
    inherited = {name: "" for name in os.environ if name.startswith("GROWTHCORE_")}
    level = {name: os.environ.get(name) or value for name, value in _DEFAULTS.items()}
    return {
        **inherited,
        **level,
        "GROWTHCORE_DATA_DIR": str(folder),
        "GROWTHCORE_BASE_URL": base_url,
        "GROWTHCORE_MAIL_URL": f"smtp://{_HOST}:{smtp_port}?from=hello@haru.example",
    }


def _free_port(wanted: int = 0) -> int:
    """The wanted port when it can be had, or else any that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, wanted))
        except (OSError, OverflowError):
            probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _welcome(base_url: str, email: str, password: str, outside: Mapping[str, str]) -> str:
    return "\n".join(
        (
            "",
            "The demo shop is ready. (Ctrl-C ends it; what is in it is kept.)",
            "",
            f"  Admin     {base_url}/admin/",
            f"  E-mail    {email}",
            f"  Password  {password}",
            f"  Inbox     {base_url}/admin/inbox",
            f"  Shop      {base_url}/demo-shop/",
            "",
            f"Connect Cafe24 at {base_url}/admin/settings/connections/; for a KakaoTalk account",
            f"at {base_url}/admin/settings/accounts/new use these example keys:",
            "",
            *(f"  {name:<14} {value}" for name, value in outside.items()),
            "",
        )
    )


def _once_it_answers(port: int, text: str) -> Callable[[], None]:
    """What says the text as soon as the web answers."""
    said = False

    def look() -> None:
        nonlocal said
        if not said and _answers(port):
            click.echo(text)
            said = True

    return look


def _answers(port: int) -> bool:
    connection = HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
