"""Making and changing accounts, whatever they are for: what the pages of each kind share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort, request
from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from growthcore.api import ConfigError, GrowthCoreError, InvalidInput, Provider
from growthcore.campaigns import account_removal
from growthcore.messaging import syncing
from growthcore.plugins import choices
from growthcore.plugins.models import Account
from growthcore.plugins.offers import Kind
from growthcore.plugins.providers import CHANNEL
from growthcore.plugins.trials import Typed
from growthcore.web.admin import pages, parts
from growthcore.web.admin.access import actor
from growthcore.web.admin.settings import account_form
from growthcore.web.admin.settings.account_form import Form
from growthcore.web.current import core


@dataclass(frozen=True)
class Verdict:
    """What came of trying an account; ``problem`` is what kept it from working."""

    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a form holds: as it is kept, or as it was typed and what came of that."""

    label: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    sealed: Collection[str] = ()
    error: InvalidInput | None = None
    trial: Verdict | None = None
    proof: str = ""

    @property
    def status(self) -> int:
        """What the page answers with."""
        return 422 if self.error else 200


@dataclass(frozen=True, kw_only=True)
class Area:
    """The pages of the accounts of a kind.

    ``show`` is the page of one, ``made`` is said of a new one. ``redirect_uri`` gives the address to
    register where they are authorised.
    """

    kind: Kind
    name: str
    title: LazyString
    made: LazyString
    show: Callable[[Account, Filled | None, Verdict | None], Response]
    redirect_uri: Callable[[], str] | None = None


def account_of(area: Area, account_id: int) -> Account:
    """One account of the area that is there, or the page that says there is none."""
    with core().db.read() as session:
        found = session.get(Account, account_id)
    return found if found and found.kind == area.kind and not found.removed_at else abort(404)


def form_of(account: Account, filled: Filled | None) -> tuple[Filled, Form | None]:
    """What an account's form holds, and the form unless its plugin is gone."""
    shown = filled or Filled(label=account.label, values=account.config, sealed=account.sealed)
    offered = core().accounts.class_of(account)
    return shown, _form(offered, shown, account.id) if offered else None


def new(area: Area) -> Response:
    """Choose what to set up, then fill in what it wants; ``copy`` has it filled in as in another."""
    offered = core().accounts.offered(area.kind)
    chosen = offered.get(request.args.get("provider", ""))
    if chosen is None:
        return pages.page("admin/settings/account_channels.html", area=area, offered=offered)
    return _new(area, chosen, _copied(area, chosen))


def create(area: Area) -> Response:
    """Keep a new account, or try what was typed."""
    offered = core().accounts.offered(area.kind).get(request.form.get("provider", "")) or abort(404)
    filled = _typed(offered)
    typed = Typed(kind=area.kind, provider=offered.id, values=filled.values)
    try:
        account_form.require_own(offered.Config, filled.values)
        if _is_trial():
            return _tried(typed, filled, lambda seen: _new(area, offered, seen))
        core().accounts.trials.require(typed, filled.proof)
        with core().db.unit() as session:
            account = core().accounts.create(
                session,
                provider=offered.id,
                label=filled.label,
                values=filled.values,
                actor=actor(),
                kind=area.kind,
            )
            _sync(session, account)
    except InvalidInput as error:
        return _refused(error, filled, lambda seen: _new(area, offered, seen))
    pages.toast(str(area.made))
    return pages.go(f"{area.name}.show", account_id=account.id)


def save(area: Area, account_id: int) -> Response:
    """Change an account, or try what was typed; secrets left blank stay."""
    account = account_of(area, account_id)
    offered = core().accounts.class_of(account) or abort(404)
    filled = replace(_typed(offered), sealed=account.sealed)
    forget = request.form.getlist("forget")
    typed = Typed(
        kind=area.kind,
        provider=offered.id,
        values=filled.values,
        account_id=account_id,
        forget=forget,
    )

    def page(seen: Filled) -> Response:
        return area.show(account, seen, None)

    try:
        account_form.require_own(offered.Config, filled.values, account.config)
        if _is_trial():
            return _tried(typed, filled, page)
        core().accounts.trials.require(typed, filled.proof)
        with core().db.unit() as session:
            core().accounts.update(
                session,
                account_id,
                values=filled.values,
                label=filled.label,
                forget=forget,
                actor=actor(),
            )
            _sync(session, account)
    except InvalidInput as error:
        return _refused(error, filled, page)
    except ConfigError as error:
        # A kept secret does not open any more: nothing was saved, and it says which way out there is.
        return _refused(InvalidInput({"": str(error)}), filled, page)
    pages.toast(_("저장되었습니다. 연결을 확인하십시오."))
    return pages.go(f"{area.name}.show", account_id=account_id)


def switch(area: Area, account_id: int, *, enabled: bool) -> Response:
    """Use an account again, or no longer."""
    account_of(area, account_id)
    with core().db.unit() as session:
        core().accounts.switch(session, account_id, enabled=enabled, actor=actor())
    pages.toast(_("계정을 사용합니다.") if enabled else _("계정 사용을 중지했습니다."))
    return pages.go(f"{area.name}.show", account_id=account_id)


def verify(area: Area, account_id: int) -> Response:
    """Try an account as it is kept, which may take some seconds, and show what came of it."""
    account_of(area, account_id)
    try:
        core().accounts.verify(account_id)
        verdict = Verdict()
    except GrowthCoreError as error:
        verdict = Verdict(str(error))
    return area.show(account_of(area, account_id), None, verdict)


def remove(area: Area, account_id: int) -> Response:
    """Delete an account that nothing needs any more."""
    account_of(area, account_id)
    try:
        with core().db.unit() as session:
            account_removal.remove(core(), session, account_id, actor=actor())
    except InvalidInput as error:
        pages.toast(" ".join(pages.errors(error).values()), "danger")
        return pages.go(f"{area.name}.show", account_id=account_id)
    pages.toast(_("삭제되었습니다."))
    return pages.go(f"{area.name}.index")


def _new(area: Area, offered: type[Provider], filled: Filled) -> Response:
    form = _form(offered, filled, None)
    return pages.page(
        "admin/settings/account_new.html",
        filled.status,
        area=area,
        offered=offered,
        filled=filled,
        form=form,
        redirect_uri=area.redirect_uri() if area.redirect_uri else None,
    )


def _copied(area: Area, offered: type[Provider]) -> Filled:
    """The settings of the account to copy, without its secrets."""
    account_id = request.args.get("copy", type=int)
    if account_id is None:
        return Filled()
    account = account_of(area, account_id)
    label = _("%(name)s 사본", name=account.label)
    return Filled(label=label, values=account.config if account.provider == offered.id else {})


def _form(offered: type[Provider], filled: Filled, account_id: int | None) -> Form:
    with core().db.read() as session:
        known = choices.of_account(session, account_id)
        return account_form.of(offered, filled.values, filled.sealed, filled.error, known)


def _typed(offered: type[Provider]) -> Filled:
    return Filled(
        label=request.form.get("label", ""),
        values=account_form.read(offered.Config, request.form),
        proof=request.form.get("proof", ""),
    )


def _is_trial() -> bool:
    return request.form.get("then") == "trial"


def _tried(typed: Typed, filled: Filled, page: Callable[[Filled], Response]) -> Response:
    try:
        seen = replace(filled, trial=Verdict(), proof=core().accounts.trials.run(typed))
    except InvalidInput:
        raise
    except GrowthCoreError as error:
        seen = replace(filled, trial=Verdict(str(error)), proof="")
    return _beside(seen) if parts.asked() else page(seen)


def _refused(error: InvalidInput, filled: Filled, page: Callable[[Filled], Response]) -> Response:
    refused = replace(filled, error=error, proof="")
    return _beside(refused) if _is_trial() and parts.asked() else page(refused)


def _beside(filled: Filled) -> Response:
    """Only the outcome, so that what was typed stays in the form, its secrets too."""
    told = account_form.errors(filled.error)
    answer = pages.fragment("admin/settings/_trial.html", filled.status, filled=filled, errors=told)
    answer.headers.update({"HX-Retarget": "#trial", "HX-Reswap": "outerHTML"})
    return answer


def _sync(session: Session, account: Account) -> None:
    offered = core().plugins.channels.get(account.provider)
    if account.kind == CHANNEL and syncing.syncs(offered):
        syncing.ask(core(), session, account.id, actor=actor())
