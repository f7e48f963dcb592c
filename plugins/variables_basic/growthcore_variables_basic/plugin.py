"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Manifest, Text, Variable, hookimpl
from growthcore_variables_basic.variables import VARIABLES

MANIFEST = Manifest(
    name="variables_basic",
    title=Text("기본 변수", "Basic variables"),
    api=(1, 0),
    category=Category.VARIABLES,
    description=Text(
        "고객명, 아이디, 등급, 적립금, 쇼핑몰명 등 자주 쓰는 변수입니다.",
        "Name, id, grade, points, the shop's name and others that most messages use.",
    ),
)


@hookimpl
def growthcore_variables() -> list[type[Variable]]:
    """Offer the variables."""
    return [*VARIABLES]
