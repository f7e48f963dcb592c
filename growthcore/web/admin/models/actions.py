"""What is done to a model with one button."""

from __future__ import annotations

from functools import partial

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.campaigns import usage
from growthcore.core import Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.recommendations import service, training
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.models.area import blueprint, model_or_404
from growthcore.web.current import core


@blueprint.post("/<slug>/switch")
@allow(Role.EDITOR)
def switch(slug: str) -> BaseResponse:
    """Have pages show it, or no longer."""
    with core().db.unit() as session:
        model = model_or_404(session, slug)
        service.switch(core(), session, slug, on=request.form.get("on") == "1", actor=actor())
        name, on = model.name, model.enabled
    word = _("‘%(name)s’ 모델을 노출합니다.") if on else _("‘%(name)s’ 모델의 노출을 껐습니다.")
    pages.toast(word % {"name": name})
    return pages.go("admin.models.index")


@blueprint.post("/<slug>/train")
@allow(Role.EDITOR)
def train(slug: str) -> BaseResponse:
    """Train it now, in a worker."""
    with core().db.unit() as session:
        model = model_or_404(session, slug)
        wake = partial(core().jobs.enqueue, Queue.BACKGROUND, "train_now", model.id)
        after_commit(session, f"train {model.id}", wake)
    pages.toast(_("학습을 시작했습니다. 끝나면 카드에 결과가 나타납니다."))
    return pages.go("admin.models.index")


@blueprint.post("/<slug>/stop")
@allow(Role.EDITOR)
def stop(slug: str) -> BaseResponse:
    """End its training."""
    with core().db.unit() as session:
        training.stop(core(), session, model_or_404(session, slug), actor=actor())
    pages.toast(_("몇 초 안에 학습이 멈춥니다. 쓰던 버전은 그대로입니다."), "info")
    return pages.go("admin.models.show", slug=slug)


@blueprint.get("/<slug>/delete")
@allow(Role.EDITOR)
def deleting(slug: str) -> Response:
    """What still uses it, before it goes."""
    with core().db.read() as session:
        model = model_or_404(session, slug)
        campaigns = usage.of_model(session, slug)
        others = service.backed_by(session, slug)
    return pages.page(
        "admin/models/delete.html", model=model, campaigns=campaigns, others=others, errors={}
    )


def _unused(session: Session, slug: str) -> None:
    if usage.of_model(session, slug):
        raise InvalidInput({"model": "Campaigns still show it; take it out there first."})


@blueprint.post("/<slug>/delete")
@allow(Role.EDITOR)
def delete(slug: str) -> BaseResponse:
    """Remove it with everything it learnt."""
    try:
        with core().db.unit() as session:
            name = model_or_404(session, slug).name
            _unused(session, slug)
            service.delete(core(), session, slug, actor=actor())
    except InvalidInput as error:
        for sentence in pages.errors(error).values():
            pages.toast(sentence, "danger")
        return pages.go("admin.models.deleting", slug=slug)
    pages.toast(_("‘%(name)s’ 모델을 삭제했습니다.", name=name))
    return pages.go("admin.models.index")
