"""Variables of a batch of recipients, resolved through their providers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from growthcore.api import Customer, GrowthCoreError, InvalidInput, Shop, VariablePorts, item_part
from growthcore.core import Core


def check_names(core: Core, names: Collection[str], where: Callable[[str], str]) -> None:
    """Refuse names no provider offers. Raises :class:`InvalidInput` that suggests the nearest.

    ``where`` gives the path of the text that uses a name.
    """
    from difflib import get_close_matches

    known = core.plugins.variables
    unknown = sorted(name for name in set(names) - set(known) if not item_part(name))
    if not unknown:
        return
    errors: dict[str, str] = {}
    for name in unknown:
        near = get_close_matches(name, known, 1, 0.5)
        hint = f" Did you mean #{{{near[0]}}}?" if near else ""
        path, sentence = where(name), f"There is no variable #{{{name}}}.{hint}"
        errors[path] = f"{errors[path]} {sentence}" if path in errors else sentence
    raise InvalidInput(errors)


def resolve(
    core: Core, names: Collection[str], customers: Sequence[Customer], shop: Shop
) -> dict[int, dict[str, str]]:
    """The values of ``names`` for each customer, by customer id; a missing value has no entry.

    A provider that fails costs its own variable: messages that need it without a fallback are
    suppressed, the rest go on.
    """
    values: dict[int, dict[str, str]] = {customer.id: {} for customer in customers}
    for name in names:
        for customer_id, value in _ask(core, name, customers, shop).items():
            if customer_id in values and value:
                values[customer_id][name] = value
    return values


def _ask(core: Core, name: str, customers: Sequence[Customer], shop: Shop) -> Mapping[int, str]:
    variable = core.plugins.variables.get(name)
    if variable is None:
        return {}
    try:
        with core.plugins.guarded("variable", name):
            ports = VariablePorts(consents=core.ports.consents)
            return variable.values_from(customers, shop, ports)
    except GrowthCoreError:
        return {}
