"""Fetches the admin's third-party files into the tree, at the versions and hashes of vendor.lock.json.

python tools/vendor.py            fetch what tools/vendor.json names and write the lock
python tools/vendor.py --check    say what in the tree differs from the lock; needs no network

Users get the files with the wheel and need no Node. Fetching needs npm and is done by developers.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE.parent / "growthcore" / "web" / "admin" / "static" / "vendor"
LOCK = HERE / "vendor.lock.json"
WANTED = HERE / "vendor.json"
_SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*)\s*$")


def fetch(package: str, version: str, into: Path) -> tuple[Path, str]:
    """Download and unpack a package; returns its folder and the registry's integrity of the archive."""
    command = ["npm", "pack", f"{package}@{version}", "--json", "--pack-destination", str(into)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    packed = answer[0] if isinstance(answer, list) else next(iter(answer.values()))
    archive = into / packed["filename"]
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if packed["integrity"] != f"sha512-{base64.b64encode(digest).decode()}":
        raise SystemExit(f"{package}@{version}: the archive is not what the registry names")
    with tarfile.open(archive) as packed_files:
        packed_files.extractall(into / packed["name"], filter="data")
    return into / packed["name"] / "package", packed["integrity"]


def take(source: Path, wanted: dict[str, Any], target: Path) -> None:
    """Copy the wanted files; a source map that is not there is not named either."""
    target.mkdir(parents=True)
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        for pattern, renamed in wanted["files"].items():
            if path.is_file() and fnmatch(name, pattern):
                place = target / renamed / path.name if renamed.endswith("/") else target / renamed
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(_SOURCE_MAP.sub(b"\n", path.read_bytes()))


def sprite(source: Path, names: list[str], target: Path) -> None:
    """One file with a symbol an icon, instead of a request each."""
    symbols = []
    for name in names:
        svg = (source / f"{name}.svg").read_text()
        body = re.sub(r"<!--.*?-->|</?svg[^>]*>", "", svg, flags=re.DOTALL).strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
            f"{' '.join(body.split())}</symbol>"
        )
    target.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    )


def hashes() -> dict[str, str]:
    """Every vendored file with its sha256."""
    return {
        path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }


def renew() -> None:
    """Fetch everything anew and write the lock."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    locked = []
    for wanted in json.loads(WANTED.read_text()):
        with tempfile.TemporaryDirectory() as scratch:
            source, integrity = fetch(wanted["package"], wanted["version"], Path(scratch))
            target = FOLDER / wanted["folder"] / wanted["version"]
            take(source, wanted, target)
            if "licence" in wanted:  # The package itself brings none.
                shutil.copy(HERE / "licences" / wanted["licence"], target / "LICENSE")
            if "icons" in wanted:
                sprite(
                    source / wanted["icons"]["from"], wanted["icons"]["names"], target / "icons.svg"
                )
            licence = json.loads((source / "package.json").read_text())["license"]
        locked.append(
            {key: wanted[key] for key in ("package", "version", "folder")}
            | {"licence": licence, "integrity": integrity}
        )
    LOCK.write_text(json.dumps({"packages": locked, "files": hashes()}, indent=1) + "\n")


def differences() -> list[str]:
    """What in the tree is not as locked."""
    locked, found = json.loads(LOCK.read_text())["files"], hashes()
    return sorted(name for name in locked | found if locked.get(name) != found.get(name))


if __name__ == "__main__":
    if "--check" not in sys.argv:
        renew()
    changed = differences()
    print("\n".join(f"not as locked: {name}" for name in changed) or "as locked")
    sys.exit(bool(changed))
