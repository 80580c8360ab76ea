"""The operator's commands about the trail; `most` runs them inside the application."""

import sys

import click

from app.audit import sealing


@click.command()
def verify() -> None:
    """Check the trail against its seals; exit 1 when an entry was altered, deleted, inserted..."""
    found = 0
    for fault in sealing.faults():
        found += 1
        click.echo(f"broken  {fault}")
    click.echo(f"{sealing.sealed_until()}; {found} faults")
    sys.exit(1 if found else 0)


@click.command()
def seal() -> None:
    """Seal what is not sealed yet, without waiting for the worker."""
    click.echo(f"{sealing.seal()} entries sealed")
