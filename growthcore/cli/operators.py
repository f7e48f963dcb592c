"""``growthcore operators``: the people of the admin."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.operators import people as service
from growthcore.operators import resets
from growthcore.operators.people import NewPerson, Person
from growthcore.operators.roles import Role

_EVERYBODY = 10_000

role_option = click.option("--role", type=click.Choice([role.value for role in Role]))


@click.group()
def operators() -> None:
    """Say who may work with the admin, and as what."""


@operators.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List people, also deactivated ones."""
    with core_of(ctx).db.read() as session:
        found = [_shown(person) for person in service.find(session, limit=_EVERYBODY).items]
    if as_json:
        print_json(found)
        return
    for each in found:
        state = "active" if each["active"] else "deactivated"
        click.echo(f"{each['id']}\t{each['role']}\t{state}\t{each['email']}\t{each['name']}")
    if not found:
        click.echo("Nobody yet. Open /admin/setup, or: growthcore operators add EMAIL --role owner")


@operators.command()
@click.argument("email")
@click.option("--name", help="What they are called; the e-mail address if not given.")
@role_option
@click.option("--locale", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.password_option(help="A password for the first sign-in, which asks for another.")
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    email: str,
    name: str | None,
    role: str | None,
    locale: str,
    password: str,
    as_json: bool,
) -> None:
    """Add a person; without --role a viewer, who changes nothing."""
    core = core_of(ctx)
    values = {"name": name or email, "email": email, "role": role or "viewer", "locale": locale}
    new = NewPerson.of({**values, "password": password})
    with core.db.unit() as session:
        person = service.create(session, new, now=core.clock.now(), by=None)
    _print(person, as_json)


@operators.command()
@click.argument("email")
@click.option("--name", help="What they are called.")
@role_option
@click.option("--active/--deactivated", "active", default=None, help="Whether they may sign in.")
@json_option
@click.pass_context
def change(
    ctx: click.Context,
    email: str,
    name: str | None,
    role: str | None,
    active: bool | None,
    as_json: bool,
) -> None:
    """Change a person's name, role or whether they may sign in."""
    core = core_of(ctx)
    given = {"name": name, "role": role, "active": active}
    values = {key: value for key, value in given.items() if value is not None}
    if not values:
        raise click.UsageError("Say what to change: --name, --role, --active or --deactivated.")
    with core.db.unit() as session:
        found = _found(session, email)
        person = service.change(session, found.id, values, now=core.clock.now(), by=None)
    _print(person, as_json)


@operators.command()
@click.argument("email")
@click.pass_context
def deactivate(ctx: click.Context, email: str) -> None:
    """Let a person in no more; everything they did stays."""
    core = core_of(ctx)
    with core.db.unit() as session:
        person = _found(session, email)
        service.deactivate(session, person.id, now=core.clock.now(), by=None)
    click.echo(f"{person.email} is deactivated and signed out.")


@operators.command("reset-link")
@click.argument("email")
@click.pass_context
def reset_link(ctx: click.Context, email: str) -> None:
    """Print a link to a new password: good once, for an hour. Hand it to nobody else."""
    core = core_of(ctx)
    base_url = core.settings.base_url
    with core.db.unit() as session:
        link = resets.link(session, email, base_url=base_url, now=core.clock.now(), actor=ACTOR)
    click.echo(link)


def _found(session: Session, email: str) -> Person:
    person = service.with_email(session, email)
    if person is None:
        raise InvalidInput({"email": "There is nobody of this e-mail address."})
    return person


def _shown(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "role": person.role.value,
        "locale": person.locale,
        "active": person.active,
        "last_sign_in_at": person.last_sign_in_at and person.last_sign_in_at.isoformat(),
    }


def _print(person: Person, as_json: bool) -> None:
    if as_json:
        print_json(_shown(person))
    else:
        click.echo(f"{person.id}\t{person.role.value}\t{person.email}\t{person.name}")
