"""The reference pages say what the code says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_reference_is_what_the_code_says():
    checked = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, f"run `make docs`:\n{checked.stdout}{checked.stderr}"


def test_every_hook_is_there():
    text = (ROOT / "docs/reference/hooks.md").read_text()
    source = (ROOT / "growthcore/api/hookspecs.py").read_text()
    for line in source.splitlines():
        if line.startswith("def growthcore_"):
            assert f"## `{line.split('(')[0].removeprefix('def ')}`" in text
