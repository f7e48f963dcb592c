"""What ships: everything under growthcore/, migrations/ under a name of our own, and the plugins.

Installed in an environment that knows nothing of the checkout, it runs.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from importlib import resources
from pathlib import Path
from urllib.error import HTTPError

import pytest

ROOT = Path(__file__).parent.parent.parent
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy to build in, since a build writes beside its sources."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("growthcore", "migrations", "plugins"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=LEFT_OUT)
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, copy)
    return copy


@pytest.fixture(scope="module")
def wheels(checkout):
    """The built wheels of the core and of every plugin, as pip has them built by PEP 517."""
    sources = [checkout, *sorted(path.parent for path in checkout.glob("plugins/*/setup.cfg"))]
    for source in sources:
        subprocess.run([sys.executable, "-c", BUILD, checkout / "dist"], cwd=source, check=True)
    return sorted((checkout / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(wheels):
    """The names in the wheel of the core."""
    (built,) = (path for path in wheels if path.name.startswith("growthcore-"))
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def environment(wheels, tmp_path_factory):
    """A new environment with the wheels in it; other people's packages come from the present one.

    Nothing leads to the checkout: of a folder that a .pth file adds, .pth files are not read.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--quiet", *wheels], check=True)
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    return folder


@pytest.fixture
def installed(environment, tmp_path):
    """How to start ``growthcore`` of that environment, in a folder of its own."""
    return {
        "executable": environment / "bin" / "growthcore",
        "cwd": tmp_path,
        "env": {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "GROWTHCORE_DATA_DIR": str(tmp_path / "data"),
        },
    }


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


def test_what_is_installed_from_wheels_runs_with_every_plugin(installed):
    def output(*arguments):
        command = ["growthcore", *arguments]
        return subprocess.run(command, **installed, capture_output=True, check=True).stdout

    output("db", "upgrade")
    states = {
        each["name"]: each["state"] for each in json.loads(output("plugins", "list", "--json"))
    }
    expected = {path.parent.name for path in ROOT.glob("plugins/*/setup.cfg")}
    assert states == dict.fromkeys(expected, "active")
    port = free_port()
    up = subprocess.Popen(
        ["growthcore", "up", "--port", str(port)], **installed, stdout=subprocess.DEVNULL
    )
    try:
        assert answer(f"http://127.0.0.1:{port}/readyz")
        page = answer(f"http://127.0.0.1:{port}/admin/login").decode()
        style = page.split('rel="stylesheet" href="')[1].split('"')[0]
        assert answer(f"http://127.0.0.1:{port}{style}")
    finally:
        up.send_signal(signal.SIGINT)
        assert up.wait(timeout=30) == 0


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answer(url):
    """What is answered there, once anything is."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.read()
        except HTTPError:
            raise
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
