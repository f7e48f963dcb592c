"""The third-party files of the admin: as locked, licensed for us, and loading nothing from elsewhere."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "growthcore/web/admin/static/vendor"
LOCK = json.loads((ROOT / "tools/vendor.lock.json").read_text())
LICENCES = {"MIT", "0BSD", "BSD-0-Clause", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "OFL-1.1"}


def test_every_file_is_as_locked():
    command = [sys.executable, "tools/vendor.py", "--check"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_every_package_has_a_licence_that_goes_with_ours_and_its_text():
    for package in LOCK["packages"]:
        assert package["licence"] in LICENCES, package
        assert (FOLDER / package["folder"] / package["version"] / "LICENSE").stat().st_size > 300


def test_nothing_is_loaded_from_another_address():
    for path in [*FOLDER.rglob("*.css"), *FOLDER.rglob("*.svg")]:
        text = path.read_text()
        assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", text), path
        assert not re.findall(r"@import[^;]*//", text), path
        assert not re.findall(r"(?:href|src)=['\"](?:https?:)?//", text), path
