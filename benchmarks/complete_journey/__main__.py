"""``python -m benchmarks.complete_journey FOLDER``: write the files, and say how to import them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from benchmarks.complete_journey import adapter, data


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--households", type=click.IntRange(1), help="Only the first so many households.")
@click.option("--days", type=click.IntRange(1), help="Only the last so many days.")
def main(folder: Path, households: int | None, days: int | None) -> None:
    """Write The Complete Journey into FOLDER as files for growthcore import."""
    folder.mkdir(parents=True, exist_ok=True)
    written = adapter.write(data.load(households=households, days=days), folder)
    for name, count in asdict(written).items():
        click.echo(f"{name}\t{count}")
    click.echo(
        f"export GROWTHCORE_FROZEN_TIME={data.NOW.isoformat()}\n"
        f"growthcore shop set --zone {data.ZONE} --currency {adapter.CURRENCY} --locale en\n"
        f"growthcore import products {folder / 'products.parquet'}\n"
        f"growthcore import customers {folder / 'customers.csv'}\n"
        f"growthcore import events {folder / 'events.jsonl'}"
    )


main()
