"""The OAuth 2.0 endpoints: the page where a person agrees, tokens, revocation."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from growthcore.sandbox.cafe24.mall import Mall
from growthcore.sandbox.cafe24.settings import SCOPES, Cafe24Settings
from growthcore.sandbox.cafe24.tokens import DeadTokenError, Tokens
from growthcore.sandbox.cafe24.wire import page

_FORM = "application/x-www-form-urlencoded"


def oauth(settings: Cafe24Settings, tokens: Tokens, mall: Mall) -> Blueprint:
    """The endpoints under ``/api/v2/oauth``."""
    views = Blueprint("oauth", __name__, url_prefix="/api/v2/oauth")
    views.add_url_rule(
        "/authorize", view_func=_Authorize(settings, tokens), methods=["GET", "POST"]
    )
    views.add_url_rule("/token", view_func=_Token(settings, tokens, mall), methods=["POST"])
    views.add_url_rule("/revoke", view_func=_Revoke(settings, tokens), methods=["POST"])
    return views


class _Authorize:
    """Asks a person; POST is their answer."""

    __name__ = "authorize"

    def __init__(self, settings: Cafe24Settings, tokens: Tokens) -> None:
        self._settings, self._tokens = settings, tokens

    def __call__(self) -> Response:
        given = request.values
        # Nobody is sent to an address that the app has not registered.
        if given.get("client_id") != self._settings.client_id:
            return _problem("등록되지 않은 앱입니다. (client_id)")
        if given.get("redirect_uri") not in self._settings.redirect_uris:
            return _problem("앱에 등록되지 않은 주소입니다. (redirect_uri)")
        if error := self._error(given):
            return _back(given, {"error": error})
        return self._answer(given) if request.method == "POST" else self._ask(given)

    def _error(self, given: Mapping[str, str]) -> str:
        if given.get("response_type") != "code":
            return "unsupported_response_type"
        scopes = _scopes(given)
        return "" if scopes and {*scopes} <= {*self._settings.scopes} else "invalid_scope"

    def _ask(self, given: Mapping[str, str]) -> Response:
        parts = urlsplit(given["redirect_uri"])
        html = render_template(
            "authorize.html",
            settings=self._settings,
            given=given,
            scopes=[(scope, SCOPES.get(scope, scope)) for scope in _scopes(given)],
        )
        # A browser also asks this of where the answer of the form sends it on to.
        return page(html, form_action=f"'self' {parts.scheme}://{parts.netloc}")

    def _answer(self, given: Mapping[str, str]) -> Response:
        if given.get("answer") != "agree":
            return _back(given, {"error": "access_denied"})
        code = self._tokens.agree(given["redirect_uri"], _scopes(given))
        return _back(given, {"code": code})


class _Token:
    """Exchanges a code or a refresh token."""

    __name__ = "token"

    def __init__(self, settings: Cafe24Settings, tokens: Tokens, mall: Mall) -> None:
        self._settings, self._tokens, self._mall = settings, tokens, mall

    def __call__(self) -> tuple[Response, int]:
        if refusal := _refused_client(self._settings):
            return refusal
        exchange = {"authorization_code": self._first, "refresh_token": self._next}.get(
            request.form.get("grant_type", "")
        )
        if exchange is None:
            return _error(400, "unsupported_grant_type", "The grant_type is not supported.")
        return exchange()

    def _first(self) -> tuple[Response, int]:
        form = request.form
        try:
            grant = self._tokens.exchange(form.get("code", ""), form.get("redirect_uri", ""))
        except DeadTokenError:
            return _error(400, "invalid_grant", "The code is unknown, used or expired.")
        if not self._mall.installed:
            self._mall.installed = True
            self._tokens.keep_only(grant)
        return jsonify(self._tokens.told(grant)), 200

    def _next(self) -> tuple[Response, int]:
        try:
            grant = self._tokens.refresh(request.form.get("refresh_token", ""))
        except DeadTokenError:
            status, error = self._settings.dead_refresh
            return _error(status, error, "The refresh_token is unknown, used or expired.")
        return jsonify(self._tokens.told(grant)), 200


class _Revoke:
    """Ends a pair of tokens; an unknown one is no error (RFC 7009 2.2)."""

    __name__ = "revoke"

    def __init__(self, settings: Cafe24Settings, tokens: Tokens) -> None:
        self._settings, self._tokens = settings, tokens

    def __call__(self) -> tuple[Response, int]:
        if refusal := _refused_client(self._settings):
            return refusal
        self._tokens.revoke(request.form.get("token", ""))
        return Response(), 200


def _scopes(given: Mapping[str, str]) -> list[str]:
    return [scope for scope in given.get("scope", "").split(",") if scope]


def _back(given: Mapping[str, str], values: Mapping[str, Any]) -> Response:
    uri, state = given["redirect_uri"], given.get("state")
    query = urlencode({**values} if state is None else {**values, "state": state})
    return redirect(f"{uri}{'&' if urlsplit(uri).query else '?'}{query}")


def _problem(text: str) -> Response:
    return page(render_template("problem.html", text=text), 400)


def _refused_client(settings: Cafe24Settings) -> tuple[Response, int] | None:
    """The answer to an app that does not prove who it is, or sends no form."""
    given = request.authorization
    if given is None or given.type != "basic":
        return _error(
            401, "invalid_client", "Send the client id and secret by Basic authentication."
        )
    expected = f"{settings.client_id}:{settings.client_secret}"
    told = f"{given.username}:{given.password}"
    if not hmac.compare_digest(expected.encode(), told.encode()):
        return _error(401, "invalid_client", "The client id or secret is wrong.")
    if request.mimetype != _FORM:
        return _error(400, "invalid_request", f"The content type must be {_FORM}.")
    return None


def _error(status: int, error: str, description: str) -> tuple[Response, int]:
    return jsonify(error=error, error_description=description), status
