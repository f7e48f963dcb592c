"""The demo shop in the browser: what a real shop's pages do, told to the storefront API.

The server shows pages; everything a visitor does is sent by ``static/shop.js`` with the public key,
just as a shop would that installs GrowthCore.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template

from growthcore import app as application
from growthcore.api import Text
from growthcore.demo.catalogue import PATH, by_id
from growthcore.demo.storefront import members, pages
from growthcore.web import errors
from growthcore.web.errors import Refusal, preferred_locale

blueprint = Blueprint(
    "demo_shop", __name__, url_prefix=PATH, template_folder="templates", static_folder="static"
)
blueprint.add_url_rule("/", "front", pages.front)
blueprint.add_url_rule("/products/<id_>", "product", pages.product)
blueprint.add_url_rule("/stories/<id_>", "story", pages.story)
blueprint.add_url_rule("/cart", "cart", pages.cart)
blueprint.add_url_rule("/ordered", "ordered", pages.ordered)
blueprint.add_url_rule("/login", "login", pages.login)
blueprint.add_url_rule("/login", "enter", pages.enter, methods=["POST"])
blueprint.add_url_rule("/logout", "leave", pages.leave, methods=["POST"])
blueprint.before_request(members.recognise)
blueprint.after_request(members.remember)

_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def wsgi() -> Flask:
    """What a WSGI server calls: the shop the environment describes, and its front."""
    app = application.wsgi()
    register(app)
    return app


def register(app: Flask) -> None:
    """Serve the demo shop, and say on every page of the admin that it is one."""
    app.config["RIBBON"] = Text("데모 데이터", "Demo data")
    app.register_blueprint(blueprint)
    app.add_url_rule(f"{PATH}/images/<id_>.svg", "demo_picture", _picture)
    errors.shape(app, PATH, _refused)


@blueprint.after_request
def _policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _picture(id_: str) -> Response:
    garment = by_id().get(id_)
    if garment is None:
        return Response(status=404)
    response = Response(garment.svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    # Mails embed it, and so does the page of the inbox that shows them.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _refused(refusal: Refusal) -> Response:
    text = refusal.text.to(preferred_locale())
    response = Response(render_template("demo_shop/refused.html", text=text))
    return _policy(response)
