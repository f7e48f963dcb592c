"""House rules that a machine can check; docs/contributing.md says why they are there.

An exception is written down below with its size. It may shrink, and must go when it is no longer
needed; a rule that nobody can break by accident needs no exception.
"""

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 300
LONGEST_FUNCTION = 40

# Path → lines it may have.
LONG_FILES: dict[str, int] = {}
# "path::function" → lines it may have, its docstring left out.
LONG_FUNCTIONS: dict[str, int] = {}
# Path → why everything is caught there. Four places may: loading a plugin, a guarded call of its
# hook, the edge of a job and the edge of a request. Each logs and decides what happens next.
CATCH_ALL: dict[str, str] = {
    "growthcore/plugins/registry.py": "loading a plugin, and guarded calls of its hooks",
    "growthcore/plugins/threads.py": "raised again where the thread is waited for",
    "growthcore/web/storefront/turns.py": "raised again to whoever's question it was",
    "growthcore/worker/scheduler.py": "the edge of a scheduled task",
}

CLOCK = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("func", "now"),
}


def sources() -> Iterator[Path]:
    for folder in ("growthcore", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "scaffold/templates" not in path.as_posix() and "build" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


TREES = {name_of(path): ast.parse(path.read_text()) for path in sources()}


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield path, node


def functions() -> Iterator[tuple[str, ast.AST]]:
    """Every function under its dotted name, so that two methods of one name are told apart."""

    def inside(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            name = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}."
                if not isinstance(child, ast.ClassDef):
                    yield name.rstrip("."), child
            yield from inside(child, name)

    for path, tree in TREES.items():
        yield from inside(tree, f"{path}::")


def length(function: ast.AST) -> int:
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function):
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def check_sizes(found: dict[str, int], limit: int, allowed: dict[str, int]) -> None:
    too_long = {
        name: size for name, size in found.items() if size > max(limit, allowed.get(name, 0))
    }
    not_needed = [name for name in allowed if found.get(name, 0) <= limit]
    assert not too_long, f"longer than {limit} lines: {too_long}"
    assert not not_needed, f"no longer needs its exception: {not_needed}"


def plugin_folders() -> list[str]:
    return sorted(path.name for path in (ROOT / "plugins").glob("[a-z]*") if path.is_dir())


def linter(section: str, key: str) -> list[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    return config[section][key].split()


def test_files_are_short():
    sizes = {name: len((ROOT / name).read_text().splitlines()) for name in TREES}
    check_sizes(sizes, LONGEST_FILE, LONG_FILES)


def test_functions_are_short():
    sizes: dict[str, int] = {}
    for name, node in functions():
        sizes[name] = max(length(node), sizes.get(name, 0))
    check_sizes(sizes, LONGEST_FUNCTION, LONG_FUNCTIONS)


def test_only_the_clock_asks_for_the_time():
    """Else a campaign could not be replayed over past events by the code that runs it."""
    found = []
    for path, node in nodes(ast.Attribute, ast.ImportFrom):
        if path == "growthcore/clock.py" or path.startswith("growthcore/testing/"):
            continue
        if isinstance(node, ast.ImportFrom):
            asked = node.module == "time" and any(a.name.startswith("time") for a in node.names)
        else:
            owner = node.value
            name = getattr(owner, "id", None) or getattr(owner, "attr", None)
            asked = (name, node.attr) in CLOCK
        if asked:
            found.append(f"{path}:{node.lineno}")
    assert not found


def calls_of(method: str) -> Iterator[tuple[str, ast.Call]]:
    for path, node in nodes(ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == method:
            yield path, node


def test_only_the_unit_of_work_commits():
    found = [
        f"{path}:{call.lineno}"
        for path, call in calls_of("commit")
        if not path.startswith("growthcore/db/")
    ]
    assert not found


def test_a_flush_says_which_id_it_is_for():
    found = [
        f"{path}:{call.lineno}"
        for path, call in calls_of("flush")
        if "  # " not in (ROOT / path).read_text().splitlines()[call.end_lineno - 1]
    ]
    assert not found


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether it swallows whatever comes; cleaning up and raising on is something else."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or getattr(kind, "id", None) in {"Exception", "BaseException"}
        for kind in caught
    )


def test_only_the_edges_catch_everything():
    found = {path for path, handler in nodes(ast.ExceptHandler) if catches_all(handler)}
    assert not found - set(CATCH_ALL), "catches everything"
    assert not set(CATCH_ALL) - found, "no longer needs its exception"


def test_modules_are_named_for_what_they_are_about():
    vague = {"manager", "managers", "helper", "helpers"}
    found = [name for name in TREES if vague & set(Path(name).stem.split("_"))]
    assert not found


def test_the_core_imports_no_plugin():
    found = []
    for path, node in nodes(ast.Import, ast.ImportFrom):
        if not path.startswith("growthcore/"):
            continue
        modules = (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
        )
        found += [
            f"{path}:{node.lineno}"
            for module in modules
            if module and re.match(r"growthcore_(?!migrations\b)", module)
        ]
    assert not found


def test_the_import_rules_know_every_plugin():
    expected = [f"growthcore_{folder}" for folder in plugin_folders()]
    assert sorted(linter("importlinter", "root_packages")) == ["growthcore", *expected]
    assert sorted(linter("importlinter:contract:independent", "modules")) == expected


@pytest.mark.parametrize("folder", plugin_folders())
def test_a_plugin_is_laid_out_like_every_other(folder):
    plugin = ROOT / "plugins" / folder
    package = f"growthcore_{folder}"
    expected = ("pyproject.toml", "setup.cfg", "README.md", "tests", f"{package}/plugin.py")
    assert [name for name in expected if not (plugin / name).exists()] == []
    config = configparser.ConfigParser()
    config.read(plugin / "setup.cfg")
    assert config["metadata"]["name"] == f"growthcore-{folder.replace('_', '-')}"
    entry_points = config["options.entry_points"]["growthcore.plugins"].split()
    assert entry_points == [folder, "=", f"{package}.plugin"]
