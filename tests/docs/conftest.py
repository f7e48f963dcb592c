"""Makes the tutorial's packages importable, and known as if they were installed."""

import configparser
import sys
from pathlib import Path

import pytest

PACKAGES = [path.parent for path in sorted(Path(__file__).parent.glob("*/setup.cfg"))]
sys.path += map(str, PACKAGES)


@pytest.fixture(scope="session", autouse=True)
def _installed(tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    for package in PACKAGES:
        config = configparser.ConfigParser()
        config.read(package / "setup.cfg")
        name, version = config["metadata"]["name"], config["metadata"]["version"]
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        readme = (package / "README.md").read_text()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n{readme}"
        )
        entry_points = config["options.entry_points"]["growthcore.plugins"].strip()
        (info / "entry_points.txt").write_text(f"[growthcore.plugins]\n{entry_points}\n")
    sys.path.append(str(site))
    yield
    sys.path.remove(str(site))
