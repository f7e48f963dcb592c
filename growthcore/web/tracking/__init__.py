"""What messages lead back to: the open pixel, the click redirect, the unsubscribe page.

No key and no origin: the signed token is the permission. Tokens tell nothing about the recipient.
"""

from __future__ import annotations

from base64 import b64decode

from flask import Blueprint, Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from growthcore.messaging import engagement, tracking
from growthcore.messaging.engagement import Evidence
from growthcore.messaging.tokens import Kind
from growthcore.operators import workspace
from growthcore.web.current import core

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

blueprint = Blueprint(
    "tracking", __name__, url_prefix="/t", template_folder="templates", static_folder="static"
)


def _evidence() -> Evidence:
    return Evidence(user_agent=request.user_agent.string, at=core().clock.now())


@blueprint.get("/o/<token>.gif")
def opened(token: str) -> Response:
    """Count an open. The picture is the same whatever the token, and never cached."""
    found = tracking.signer(core()).read(token, Kind.OPEN)
    if found:
        with core().db.unit() as session:
            engagement.opened(session, found.message_id, _evidence())
    response = Response(PIXEL, mimetype="image/gif")
    response.headers["Cache-Control"] = "no-store, private"
    # Mail programs and webmail embed it from wherever they are.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/c/<token>")
def clicked(token: str) -> BaseResponse:
    """Count a click and go where the link leads; to the shop where that is no longer known."""
    found = tracking.signer(core()).read(token, Kind.CLICK)
    target = None
    with core().db.unit() as session:
        if found and request.method == "GET":
            target = engagement.click(session, found.message_id, found.link, _evidence())
        target = target or workspace.get(session).url
    response = redirect(target, 302)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@blueprint.get("/u/<token>")
def ask_unsubscribe(token: str) -> tuple[str, int]:
    """Show the page. It changes nothing: scanners follow links."""
    found = tracking.signer(core()).read(token, Kind.UNSUBSCRIBE)
    return _page(token, "ask" if found else "unknown"), 200 if found else 404


@blueprint.post("/u/<token>")
def unsubscribe(token: str) -> tuple[str, int]:
    """Unsubscribe: by the button, or by a mail program's one click (RFC 8058). No redirect."""
    found = tracking.signer(core()).read(token, Kind.UNSUBSCRIBE)
    if found is None:
        return _page(token, "unknown"), 404
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    with core().db.unit() as session:
        known = engagement.unsubscribe(
            session,
            found.message_id,
            _evidence(),
            "email one-click" if one_click else "unsubscribe page",
        )
    return _page(token, "done" if known else "unknown"), 200 if known else 404


def register(app: Flask) -> None:
    """Add the pages of messages."""
    app.register_blueprint(blueprint)


@blueprint.after_request
def _policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page(token: str, state: str) -> str:
    with core().db.read() as session:
        shop = workspace.as_shop(workspace.get(session))
    korean = request.accept_languages.best_match(["ko", "en"], "ko") == "ko"
    return render_template(
        "tracking/unsubscribe.html", shop=shop, state=state, token=token, korean=korean
    )
