"""Having a connection authorised: the way to its provider and back (RFC 6749 §4.1)."""

from __future__ import annotations

from flask import Response, abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import Connection, GrowthCoreError, InvalidInput, Text
from growthcore.operators import audit, sessions
from growthcore.plugins import authorisations
from growthcore.plugins.models import Account
from growthcore.plugins.providers import CONNECTION
from growthcore.web.admin import cookies, languages, pages, sentences
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.settings import editing
from growthcore.web.admin.settings.connections import AREA, blueprint, redirect_uri
from growthcore.web.current import core
from growthcore.web.errors import Refusal


@blueprint.post("/<int:account_id>/connect")
@allow(Role.MANAGER)
def connect(account_id: int) -> BaseResponse:
    """Send the person to the provider, to agree there."""
    return _leave(editing.account_of(AREA, account_id))


@blueprint.get("/<int:account_id>/launch")
@allow(Role.MANAGER)
def launch(account_id: int) -> BaseResponse:
    """The provider opened our app: when it is really it, have the connection authorised."""
    account = editing.account_of(AREA, account_id)
    try:
        connection = core().accounts.connection(account_id)
        with core().plugins.guarded(CONNECTION, connection.id):
            genuine = connection.accepts_launch(request.query_string.decode("latin-1"))
    except GrowthCoreError as error:
        return _refused(account, _told(error))
    if not genuine:
        raise Refusal(
            403,
            "not_launched",
            Text(
                "연동한 서비스에서 연 주소가 아니거나 유효 시간이 지났습니다. 그 서비스의 관리자 화면에서 "
                "앱을 다시 여십시오.",
                "The connected service did not open this address, or too long ago. Open the app "
                "from that service again.",
            ),
        )
    return _leave(account)


@blueprint.get("/callback")
@allow(Role.MANAGER)
def come_back() -> BaseResponse:
    """The provider sent somebody back: keep what it allowed, or say why it did not."""
    given = request.args
    try:
        with core().db.unit() as session:
            account_id = authorisations.redeem(
                session,
                given.get("state", ""),
                sign_in_id=_sign_in(session),
                now=core().clock.now(),
            )
        account = editing.account_of(AREA, account_id)
    except InvalidInput as error:
        return _refused(None, pages.errors(error)["state"])
    if "error" in given:
        return _refused(account, _why(given["error"], given.get("error_description", "")))
    try:
        connection = core().accounts.connection(account_id)
        with core().plugins.guarded(CONNECTION, connection.id):
            connection.finish(redirect_uri(), given.to_dict())
    except GrowthCoreError as error:
        return _refused(account, _told(error))
    _record(account, "account.connected")
    pages.toast(_("연결되었습니다."))
    return pages.go("admin.connections.show", account_id=account_id)


@blueprint.post("/<int:account_id>/disconnect")
@allow(Role.MANAGER)
def disconnect(account_id: int) -> BaseResponse:
    """Forget what the provider allowed."""
    account = editing.account_of(AREA, account_id)
    try:
        connection = core().accounts.connection(account_id)
        with core().plugins.guarded(CONNECTION, connection.id):
            connection.disconnect()
    except GrowthCoreError as error:
        pages.toast(_told(error), "danger")
    else:
        _record(account, "account.disconnected")
        pages.toast(_("연결을 해제했습니다."))
    return pages.go("admin.connections.show", account_id=account_id)


def _leave(account: Account) -> Response:
    """A page that goes on to the provider by itself.

    No redirect: what a form's answer redirects to has to be a ``form-action`` of the page's policy,
    and so does every other site that the provider sends people over.
    """
    try:
        url = _authorize_url(account)
    except GrowthCoreError as error:
        return _refused(account, _told(error))
    return pages.page("admin/settings/connection_leave.html", account=account, url=url)


def _authorize_url(account: Account) -> str:
    connection: Connection = core().accounts.connection(account.id)
    with core().db.unit() as session:
        state = authorisations.begin(
            session, account.id, sign_in_id=_sign_in(session), now=core().clock.now()
        )
    with core().plugins.guarded(CONNECTION, connection.id):
        return connection.authorize_url(redirect_uri(), state)


def _sign_in(session: Session) -> int:
    token = cookies.token() or abort(401)
    return sessions.id_of(session, token, core().clock.now()) or abort(401)


def _why(error: str, description: str) -> str:
    """What an error of RFC 6749 §4.1.2.1 means."""
    if error == "access_denied":
        return _("권한을 승인하지 않아 연결하지 않았습니다.")
    if error in ("temporarily_unavailable", "server_error"):
        return _("서비스가 지금 응답할 수 없습니다. 잠시 후 다시 시도하십시오.")
    told = f"{error}: {description}" if description else error
    return _("서비스가 연결을 거절했습니다. 설정을 확인하십시오. (%(error)s)", error=told[:300])


def _told(error: GrowthCoreError) -> str:
    return sentences.told(str(error), languages.current())


def _refused(account: Account | None, sentence: str) -> Response:
    return pages.page(
        "admin/settings/connection_refused.html", 400, account=account, sentence=sentence
    )


def _record(account: Account, action: str) -> None:
    with core().db.unit() as session:
        audit.record(
            session,
            at=core().clock.now(),
            actor=actor(),
            action=action,
            kind="account",
            id=account.id,
            details={"provider": account.provider},
        )
