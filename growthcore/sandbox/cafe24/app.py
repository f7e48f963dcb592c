"""The mall as a WSGI application, and its page for a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from growthcore.api import Clock
from growthcore.clock import SystemClock
from growthcore.sandbox.cafe24 import (
    carts,
    customers,
    orders,
    products,
    promotions,
    sms,
    stores,
    webhooks,
)
from growthcore.sandbox.cafe24.api import Api
from growthcore.sandbox.cafe24.deliveries import Webhooks
from growthcore.sandbox.cafe24.launch import signed_launch
from growthcore.sandbox.cafe24.live import Shop
from growthcore.sandbox.cafe24.mall import seeded
from growthcore.sandbox.cafe24.oauth import oauth
from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.tokens import Tokens
from growthcore.sandbox.cafe24.wire import Refused, page, won
from growthcore.sandbox.faults import Answer, Faults, Faulty
from growthcore.sandbox.phone import PhoneInbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Cafe24:
    """A WSGI application: one mall, with the app of ``settings`` installed in it.

    ``mall`` is what it holds, ``tokens`` what it has given out, ``shop`` what people do in it,
    ``webhooks`` how it tells the app, ``faults`` what goes wrong.
    """

    def __init__(
        self, settings: Cafe24Settings, phones: PhoneInbox, clock: Clock, faults: Faults
    ) -> None:
        self.settings, self.faults = settings, faults
        self.clock = faults.clock(clock)
        self.mall = seeded(settings, self.clock.now())
        self.tokens = Tokens(settings, self.clock)
        self.webhooks = Webhooks(self.mall, self.clock)
        self.shop = Shop(self.mall, self.webhooks, self.clock)
        self._faulty = Faulty(self._app(phones), faults, self._refuse)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return self._faulty(environ, start)

    def _app(self, phones: PhoneInbox) -> Flask:
        app = Flask(__name__)
        app.json.ensure_ascii = False  # type: ignore[attr-defined]
        app.json.sort_keys = False  # type: ignore[attr-defined]
        app.register_blueprint(oauth(self.settings, self.tokens, self.mall))
        app.register_blueprint(self._api(phones).views)
        app.add_url_rule("/", "home", self._home)
        app.add_url_rule("/happen", "happen", self._happen, methods=["POST"])
        app.register_error_handler(404, lambda _: self._refuse(Answer(status=404)))
        return app

    def _api(self, phones: PhoneInbox) -> Api:
        api = Api(self.mall, self.tokens, self.clock)
        for part in (customers, orders, carts, promotions, stores, webhooks):
            part.register(api)
        products.register(api, self.shop.stock_changed)
        sms.register(api, phones, self.faults)
        return api

    def _refuse(self, answer: Answer) -> Response:
        """A fault as Cafe24 writes it; the code of an answer is its message."""
        message = answer.code or self.settings.messages.get(answer.status, "Error")
        body = json.dumps(Refused(answer.status, message).body, ensure_ascii=False)
        response = Response(body, answer.status, mimetype="application/json")
        if answer.status == 429:
            slots = self.settings.slots
            response.headers["X-Api-Call-Limit"] = f"{slots}/{slots}"
        return response

    def _home(self) -> Response:
        query = signed_launch(self.settings, self.clock.now())
        joint = "&" if "?" in self.settings.app_url else "?"
        html = render_template(
            "mall.html",
            settings=self.settings,
            mall=self.mall,
            launch=f"{self.settings.app_url}{joint}{query}",
            happenings=[(name, title) for name, (title, _) in self._happenings().items()],
            done=self._happenings().get(request.args.get("done", ""), ("",))[0],
        )
        return page(html)

    def _happen(self) -> Response:
        """Let something happen in the shop, with its latest products and members."""
        happening = self._happenings().get(request.form.get("what", ""))
        if happening is None:
            abort(400)
        happening[1]()
        return redirect(url_for("home", done=request.form["what"]), 303)

    def _happenings(self) -> dict[str, tuple[str, Callable[[], object]]]:
        member_id, product_no = [*self.mall.members][-1:], [*self.mall.products][-1]
        who = member_id[0] if member_id else ""
        shop = self.shop
        return {
            "join": ("회원 가입", shop.join),
            "cart": ("장바구니 담기", lambda: shop.add_to_cart(who, product_no)),
            "order": ("주문하기", lambda: shop.place_order([product_no], who)),
            "price": ("가격 바꾸기", lambda: shop.change_product(product_no, price=won(9_900))),
            "remove": ("앱 삭제", shop.remove_app),
        }


def create(
    settings: Cafe24Settings | None = None,
    *,
    phones: PhoneInbox,
    clock: Clock | None = None,
    faults: Faults | None = None,
) -> Cafe24:
    """The stand-in, to be served by :class:`growthcore.sandbox.serving.Served`.

    Texts it accepts go to ``phones``.
    """
    return Cafe24(settings or Cafe24Settings(), phones, clock or SystemClock(), faults or Faults())
