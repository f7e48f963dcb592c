"""What ships: everything under growthcore/, and migrations/ under a name of our own."""

import shutil
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy to build in, since a build writes beside its sources."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("growthcore", "migrations"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=LEFT_OUT)
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout):
    """The names in the wheel."""
    pip = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--quiet"]
    subprocess.run([*pip, "--wheel-dir", checkout / "dist", "."], cwd=checkout, check=True)
    (built,) = (checkout / "dist").glob("growthcore-*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_file_of_the_core_ships(wheel, checkout):
    expected = {f"growthcore/{name}" for name in files(checkout / "growthcore")}
    assert expected - wheel == set()


def test_the_migrations_ship_under_a_name_of_our_own(wheel, checkout):
    expected = {f"growthcore_migrations/{name}" for name in files(checkout / "migrations")}
    assert expected - wheel == set()
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {
        "growthcore",
        "growthcore_migrations",
    }


def test_the_migrations_are_found_from_the_checkout_too():
    assert Path(str(resources.files("growthcore_migrations"))).samefile(ROOT / "migrations")
