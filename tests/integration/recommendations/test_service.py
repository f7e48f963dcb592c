import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput
from growthcore.operators.models import AuditEntry
from growthcore.recommendations import service, serving


def refused(shop, slug, algorithm="popular_backup", **options):
    with pytest.raises(InvalidInput) as raised:
        shop.model(slug, algorithm, **options)
    return raised.value.errors


def test_a_model_is_found_by_its_slug(shop):
    shop.model("best-sellers", name="베스트셀러", given={"days": 90})
    with shop.core.db.read() as session:
        model = service.get(session, "best-sellers")
        assert (model.name, model.params, model.enabled) == ("베스트셀러", {"days": 90}, True)
        assert serving.known(session) == {"best-sellers"}


def test_a_slug_that_does_not_fit_is_refused(shop):
    for slug in ("", "-a", "Best", "a_b", "a b", "베스트", "a" * 51, "a\n"):
        assert set(refused(shop, slug)) == {"slug"}, slug


def test_a_slug_is_used_once(shop):
    shop.model("popular")
    assert "already" in refused(shop, "popular")["slug"]


def test_an_unknown_algorithm_is_refused_with_those_there_are(shop):
    said = refused(shop, "model", "magic")["algorithm"]
    assert said == (
        "There is no algorithm 'magic'; installed: popular_backup, recently_viewed, scripted."
    )


def test_params_that_do_not_fit_are_told_by_path(shop):
    assert set(refused(shop, "model", given={"days": 0})) == {"params.days"}


def test_backups_that_do_not_fit_are_refused(shop):
    shop.model("popular")
    for backups in (["nope"], ["popular", "popular"], ["model"]):
        assert set(refused(shop, "model", backups=backups)) == {"backups"}, backups


def test_a_change_is_kept_and_audited(shop):
    shop.model("popular")
    shop.model("model")
    with shop.core.db.unit() as session:
        service.change(
            shop.core,
            session,
            "model",
            name="이름",
            given={"days": 7},
            backups=["popular"],
            enabled=False,
            actor="kim",
        )
    with shop.core.db.read() as session:
        model = service.get(session, "model")
        assert (model.name, model.params, model.backups, model.enabled) == (
            "이름",
            {"days": 7},
            ["popular"],
            False,
        )
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        assert [(each.actor, each.action) for each in entries] == [
            ("test", "model.created"),
            ("test", "model.created"),
            ("kim", "model.changed"),
        ]


def test_deleting_removes_rows_and_files(shop):
    shop.sells("P1")
    shop.trained("popular")
    with shop.core.db.unit() as session:
        service.delete(shop.core, session, "popular", actor="test")
    assert not (shop.core.settings.data_dir / "models" / "popular").exists()
    with pytest.raises(InvalidInput):
        shop.recommend("popular")


def test_a_backup_of_others_is_not_deleted(shop):
    shop.model("popular")
    shop.model("seen", "recently_viewed", backups=["popular"])
    with pytest.raises(InvalidInput, match="backup of seen"), shop.core.db.unit() as session:
        service.delete(shop.core, session, "popular", actor="test")


def test_a_slug_can_be_used_again_after_deleting(shop):
    shop.sells("P1")
    shop.trained("popular")
    with shop.core.db.unit() as session:
        service.delete(shop.core, session, "popular", actor="test")
    assert shop.trained("popular").version == 1
    assert shop.names(shop.recommend("popular")) == ["P1"]


def test_standings_tell_the_active_and_the_last_training(shop):
    shop.sells("P1")
    shop.trained("popular")
    shop.model("seen", "recently_viewed")
    standing, untrained = shop.standing("popular"), shop.standing("seen")
    assert (standing.active.version, standing.last.version) == (1, 1)
    assert (untrained.active, untrained.last) == (None, None)
