"""``python -m benchmarks [NAME …]``: run benchmarks, all of them without a name.

A benchmark is a module of this package with a function ``run() -> bool``: whether its answers were
right. The exit status is 1 when any was wrong.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


def _named() -> dict[str, ModuleType]:
    modules = (each.name for each in pkgutil.iter_modules([str(Path(__file__).parent)]))
    found = {name: import_module(f"benchmarks.{name}") for name in modules if name != "__main__"}
    return {name: module for name, module in found.items() if hasattr(module, "run")}


def main(names: list[str]) -> int:
    benchmarks = _named()
    if unknown := [name for name in names if name not in benchmarks]:
        print(f"There is no benchmark {unknown[0]}; there are: {', '.join(benchmarks)}.")
        return 2
    right = [benchmarks[name].run() for name in names or benchmarks]
    return 0 if all(right) else 1


sys.exit(main(sys.argv[1:]))
