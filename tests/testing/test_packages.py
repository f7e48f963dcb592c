"""What ``check_plugin`` finds in packages that break the rules."""

import sys
from contextlib import contextmanager

import pytest

from growthcore.testing.packages import check_plugin

MANIFEST = """
from growthcore.api import Category, Manifest, Text, hookimpl
MANIFEST = Manifest(
    name="{name}", title=Text("예", "Example"), api=(1, 0), category=Category.OTHER,
    description=Text("예", "An example."),
)
"""


@pytest.fixture
def make_plugin(tmp_path, monkeypatch):
    """Lay out ``plugins/NAME`` as if it were installed."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name, code="", *, manifest=None, readme="# Example\n", files=()):
        project = tmp_path / name
        package = project / f"growthcore_{name}"
        package.mkdir(parents=True)
        (project / "setup.cfg").write_text("")
        (package / "__init__.py").write_text("")
        (package / "plugin.py").write_text((manifest or MANIFEST.format(name=name)) + code)
        for path, text in dict(files).items():
            (package / path).parent.mkdir(parents=True, exist_ok=True)
            (package / path).write_text(text)
        info = tmp_path / f"growthcore_{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: growthcore-{name}\nVersion: 1\n\n{readme}"
        )
        (info / "entry_points.txt").write_text(
            f"[growthcore.plugins]\n{name} = growthcore_{name}.plugin\n"
        )
        monkeypatch.syspath_prepend(project)
        return name

    yield make
    for module in [each for each in sys.modules if each.startswith("growthcore_example")]:
        del sys.modules[module]


@contextmanager
def found(*words):
    with pytest.raises(AssertionError) as raised:
        yield
    for word in words:
        assert word in str(raised.value)


def test_a_tidy_package_passes(make_plugin):
    check_plugin(make_plugin("example_tidy"))


def test_a_plugin_that_is_not_installed_says_what_to_do():
    with found("pip install -e"):
        check_plugin("example_missing")


def test_a_manifest_of_another_name_is_found(make_plugin):
    manifest = MANIFEST.format(name="something_else")
    with found("manifest_matches", "not called example_name"):
        check_plugin(make_plugin("example_name", manifest=manifest))


def test_imports_from_inside_the_core_are_found(make_plugin):
    code = "\ndef late():\n    from growthcore.db import engine\n    import growthcore.app\n"
    with found("imports growthcore.db"):
        check_plugin(make_plugin("example_imports", code))


def test_a_default_in_a_hook_is_found(make_plugin):
    code = "\n@hookimpl\ndef growthcore_before_send(candidates, context=None): return {}\n"
    with found("hooks_take_no_defaults", "context has a default"):
        check_plugin(make_plugin("example_default", code))


def test_a_slow_import_is_found(make_plugin):
    code = "\nimport time\nend = time.process_time() + 1.1\nwhile time.process_time() < end: pass\n"
    with found("import_is_quick", "processor time"):
        check_plugin(make_plugin("example_slow", code))


def test_a_connection_while_importing_is_found(make_plugin):
    files = {
        "inner.py": "import socket\ntry:\n    socket.getaddrinfo('127.0.0.1', 1)\nexcept OSError:\n    pass\n"
    }
    with found("opens a connection"):
        check_plugin(
            make_plugin("example_net", "\nimport growthcore_example_net.inner\n", files=files)
        )


def test_a_missing_readme_is_found(make_plugin):
    with found("readme_is_there", "long_description"):
        check_plugin(make_plugin("example_readme", readme=""))


def test_a_template_outside_the_plugins_own_folder_is_found(make_plugin):
    files = {"templates/page.html": "", "templates/example_page/page.html": ""}
    with found("move page.html into templates/example_page/"):
        check_plugin(make_plugin("example_page", files=files))


MODELS = """
from sqlalchemy.orm import Mapped, mapped_column
from growthcore.api.db import plugin_base
Base = plugin_base("example_{kind}")
class Note(Base):
    __tablename__ = "example_{kind}_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
@hookimpl
def growthcore_models(): return Base
"""
MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0001", None, None, None
def upgrade():
    op.create_table("example_{kind}_notes", sa.Column("id", sa.Integer(), primary_key=True{extra}))
def downgrade():
    {down}
"""


def test_migrations_that_leave_a_table_behind_are_found(make_plugin):
    files = {"migrations/0001_notes.py": MIGRATION.format(kind="left", extra="", down="pass")}
    with found("migrations_go_up_and_down", "leaves example_left_notes behind"):
        check_plugin(make_plugin("example_left", MODELS.format(kind="left"), files=files))


def test_a_table_without_a_migration_is_found(make_plugin):
    files = {"migrations/README": "none yet"}
    with found("migrations_go_up_and_down", "tables and models differ"):
        check_plugin(make_plugin("example_none", MODELS.format(kind="none"), files=files))
