"""Checks of a whole plugin package, as it is installed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from sqlalchemy import inspect

from growthcore.api import Manifest
from growthcore.db import migrations
from growthcore.db.unit_of_work import Database
from growthcore.plugins import discovery
from growthcore.plugins.registry import Plugins
from growthcore.testing.checks import Check, expect

_IMPORT_SECONDS = 1.0
# Measures the plugin's own import: the API and what it needs are there already. Processor time,
# because a busy machine is not the plugin's fault.
_MEASURE = """
import importlib, socket, sys, time
import growthcore.api, growthcore.api.db, click
def refuse(*arguments, **options):
    raise SystemExit("it opens a connection while it is imported")
socket.socket.connect = socket.getaddrinfo = refuse
began = time.process_time()
importlib.import_module(sys.argv[1])
print(time.process_time() - began)
"""


@dataclass(frozen=True)
class Package:
    """An installed plugin: ``name`` is its entry point's."""

    name: str

    @cached_property
    def entry_point(self) -> metadata.EntryPoint:
        """The entry point of this name. Raises ``AssertionError`` when there isn't exactly one."""
        found = metadata.entry_points(group=discovery.GROUP, name=self.name)
        expect(
            len(found) == 1,
            f"{len(found)} entry points of {discovery.GROUP} are called {self.name}, not one; "
            "install the plugin first: pip install -e FOLDER",
        )
        return found[self.name]

    @cached_property
    def folder(self) -> Path:
        """The folder of the import package, found without importing the plugin's module."""
        spec = find_spec(self.entry_point.module)
        if spec is None or spec.origin is None:
            raise AssertionError(f"{self.entry_point.module} can't be found")
        return Path(spec.origin).parent

    @cached_property
    def module(self) -> ModuleType:
        """The plugin's module."""
        loaded = self.entry_point.load()
        expect(
            isinstance(loaded, ModuleType), "the entry point must name a module, without a colon"
        )
        return loaded  # type: ignore[no-any-return]


def check_manifest_matches(package: Package) -> None:
    """Manifest, entry point, import package and folder all carry the plugin's name."""
    manifest = getattr(package.module, "MANIFEST", None)
    expect(isinstance(manifest, Manifest), "the module must define MANIFEST = Manifest(…)")
    expect(
        getattr(manifest, "name", None) == package.name,
        f"the manifest is not called {package.name}, as the entry point is",
    )
    expect(
        package.entry_point.module == f"growthcore_{package.name}.plugin",
        f"the entry point must name growthcore_{package.name}.plugin",
    )
    project = package.folder.parent
    expect(
        project.name == package.name or not (project / "setup.cfg").exists(),
        f"the project's folder is called {project.name}, not {package.name}",
    )


def check_title_and_description(package: Package) -> None:
    """The list of plugins says in both languages what this one is."""
    manifest = package.module.MANIFEST
    for text in (manifest.title, manifest.description):
        expect(
            text.ko.strip() and text.en.strip(),
            "the manifest needs a title and a description in Korean and English",
        )


def check_imports_the_api_only(package: Package) -> None:
    """Of GrowthCore a plugin imports ``growthcore.api`` alone; all else may change any day."""
    for path in _sources(package):
        for name in _imported(ast.parse(path.read_text())):
            inside = name.split(".")[:2]
            expect(
                inside[0] != "growthcore" or inside[1:] == ["api"],
                f"{path.name} imports {name}; import growthcore.api instead",
            )


def check_the_core_loads_it(package: Package) -> None:
    """What it offers is of the right types, with ids of their own, under hooks that exist."""
    record = _loaded(package).record(package.name)
    error = record.error if record else "no entry point"
    expect(not error, f"the core does not load the plugin: {error}")


def check_hooks_take_no_defaults(package: Package) -> None:
    """Pluggy never passes an argument that has a default."""
    for name, function in vars(package.module).items():
        if not hasattr(function, "growthcore_impl"):
            continue
        for parameter in signature(function).parameters.values():
            expect(
                parameter.default is parameter.empty,
                f"{name}: {parameter.name} has a default and would never be passed",
            )


def check_import_is_quick(package: Package) -> None:
    """Every process imports every plugin: import heavy modules where they are used."""
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, package.entry_point.module],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    expect(measured.returncode == 0, f"importing the plugin failed: {measured.stderr[-500:]}")
    seconds = float(measured.stdout)
    expect(
        seconds < _IMPORT_SECONDS,
        f"importing the plugin takes {seconds:.1f} s of processor time; at most {_IMPORT_SECONDS}",
    )


def check_readme_is_there(package: Package) -> None:
    """The README says what it does and what to set; setup.cfg makes it the long description."""
    described = metadata.distribution(_distribution(package)).metadata.json.get("description")
    expect(
        str(described or "").lstrip().startswith("# "),
        "write a README.md that begins with a heading, and long_description = file: README.md",
    )


def check_templates_are_namespaced(package: Package) -> None:
    """Templates of all plugins share one space: put them into ``templates/<plugin>/``."""
    templates = package.folder / "templates"
    stray = [path.name for path in templates.glob("*") if path.name != package.name]
    expect(not stray, f"move {', '.join(stray)} into templates/{package.name}/")


def check_migrations_go_up_and_down(package: Package) -> None:
    """The migrations make exactly the tables of the models, and remove them without a trace."""
    name, plugins = package.name, _loaded(package)
    if not plugins.migrations:
        return
    own = set(plugins.migrations[0].metadata.tables)
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/scratch.db")
        for _time in range(2):
            migrations.upgrade(database, plugins, only=name)
            differences = migrations.check(database, plugins).get(name, ())
            expect(not differences, f"tables and models differ: {'; '.join(differences)}")
            migrations.downgrade(database, plugins, name, "base")
            left = own.intersection(inspect(database.engine).get_table_names())
            expect(not left, f"downgrading leaves {', '.join(sorted(left))} behind")
        database.dispose()


PACKAGE_CHECKS: tuple[Check[Package], ...] = (
    check_manifest_matches,
    check_title_and_description,
    check_imports_the_api_only,
    check_the_core_loads_it,
    check_hooks_take_no_defaults,
    check_import_is_quick,
    check_readme_is_there,
    check_templates_are_namespaced,
    check_migrations_go_up_and_down,
)


def check_plugin(name: str) -> None:
    """Run every check of the installed plugin ``name``; raises ``AssertionError`` with all failures."""
    __tracebackhide__ = True
    package, failures = Package(name), []
    for check in PACKAGE_CHECKS:
        try:
            check(package)
        except AssertionError as error:
            failures.append(f"{check.__name__}: {error}")
    expect(not failures, "\n".join(failures))


def _loaded(package: Package) -> Plugins:
    """This plugin as the core loads it, alone."""
    own = [each for each in discovery.installed() if each.name == package.name]
    return Plugins.load(entry_points=own)


def _sources(package: Package) -> Iterator[Path]:
    return package.folder.rglob("*.py")


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "growthcore":
            yield from (f"growthcore.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _distribution(package: Package) -> str:
    distribution = package.entry_point.dist
    return distribution.name if distribution else ""
