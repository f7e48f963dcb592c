"""A real browser on a shop that is really served; needs ``playwright`` and a Chromium.

``browse`` opens pages as a signed-in person and fails the test on anything a person would not see
but a browser complains of: a script error, a blocked resource, a server error.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from growthcore.core import Core
from growthcore.testing.people import sign_in
from growthcore.web import create_app

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # The system's Hangul does as well, and is not loaded in thirty parts for every page.
    "--blink-settings=downloadableBinaryFontsEnabled=false",
)
DESKTOP, PHONE = (1280, 800), (390, 800)
# A refusal that a page shows is no failure of the page; browsers log it all the same.
_EXPECTED = "Failed to load resource: the server responded with a status of 4"


def chromium() -> str:
    """Where the browser is; ``make test`` installs it or says how."""
    named = os.environ.get("GC_CHROMIUM")
    found = named or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return found or pytest.fail(
        "No Chromium: run tools/system-packages.sh, or set GC_CHROMIUM to one"
    )


class _Silent(WSGIRequestHandler):
    """Does not log each request: a page is thirty."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def served(core: Core) -> Iterator[str]:
    """Serve a shop on a free port of this machine; yields its address."""
    app = create_app(core)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process; each gets contexts of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium_browser: Browser) -> Iterator[Callable[..., Page]]:
    """``browse(core, role="owner", size=DESKTOP, locale="ko")``: a page, signed in unless role is None.

    Relative addresses work: ``page.goto("/admin/campaigns")``. Complaints fail the test at its end.
    """
    complaints: list[str] = []
    with ExitStack() as stack:
        addresses: dict[int, str] = {}

        def browse(
            core: Core,
            role: str | None = "owner",
            size: tuple[int, int] = DESKTOP,
            locale: str = "ko",
            **options: Any,
        ) -> Page:
            if id(core) not in addresses:
                addresses[id(core)] = stack.enter_context(served(core))
            base = addresses[id(core)]
            context = chromium_browser.new_context(
                base_url=base,
                viewport={"width": size[0], "height": size[1]},
                locale={"ko": "ko-KR", "en": "en-US"}[locale],
                **options,
            )
            stack.callback(context.close)
            if role is not None:
                name, value = sign_in(core, role, locale=locale)
                host = urlsplit(base).hostname or ""
                context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])
            page = context.new_page()
            _listen(page, complaints)
            return page

        yield browse
    if complaints:
        pytest.fail("\n".join(complaints))


def _listen(page: Page, complaints: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_EXPECTED):
            complaints.append(f"console: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on(
        "response",
        lambda answer: (
            complaints.append(f"{answer.status}: {answer.url}") if answer.status >= 500 else None
        ),
    )


def axe(page: Page) -> None:
    """Assert that no serious or critical rule of WCAG 2.2 AA is broken on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(
        page,
        # What others wrote is shown in frames that let nobody look in.
        context={"exclude": [["iframe[sandbox]"]]},
        options={
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
            "resultTypes": ["violations"],
        },
    )
    serious = [
        f"{rule['id']}: {rule['help']}\n  " + "\n  ".join(node["html"] for node in rule["nodes"])
        for rule in found.response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    if serious:
        pytest.fail("\n".join(serious))
