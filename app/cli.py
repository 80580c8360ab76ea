"""The operator's commands: `most run`, `most serve`, `most migrate`, `most check` and others."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace

import click

from app import deployment, serving
from app.accounts import cli as accounts_cli
from app.audit import cli as audit_cli
from app.config import BadSetting, Settings, from_environment
from app.core import schema
from app.core.database import db
from app.core.invariants import INVARIANTS
from app.factory import create_app

SERVERS = click.Choice(["granian", "gunicorn"])


@click.group()
def cli() -> None:
    """Most 桥: courses, attendance, and certificates anyone can verify."""


@cli.command()
@click.option("--server", type=SERVERS, help="Instead of the setting SERVER.")
def run(server: str | None) -> None:
    """Try it out: migrate, fill an empty database when DEMO is set, serve and work."""
    settings = _settings(server)
    serving.check_port(settings)
    # Demo data can be made again, so making it need not wait for the disk.
    quick = replace(settings, sqlite_synchronous="OFF") if settings.demo else settings
    with _application(quick):
        schema.upgrade()
        if settings.demo:
            _fill_when_empty()
        db.engine.dispose()
    sys.exit(serving.serve(settings, say=click.echo))


@cli.command()
@click.option("--server", type=SERVERS, help="Instead of the setting SERVER.")
@click.option(
    "--no-worker", is_flag=True, help="Only the web server; `most worker` runs elsewhere."
)
def serve(server: str | None, no_worker: bool) -> None:
    """Serve people: refuses to start with settings or a database that are not fit for it."""
    settings = _settings(server)
    if _show_findings(settings):
        raise click.ClickException("not fit for production; see above")
    with _application(settings):
        if not schema.is_current():
            raise click.ClickException("the database is not up to date; run `most migrate`")
    sys.exit(serving.serve(settings, with_worker=not no_worker, say=click.echo))


@cli.command()
def worker() -> None:
    """Do background work only, without a web server."""
    serving.become_worker()


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    with _application(_settings()):
        schema.upgrade()


@cli.command()
@click.option("--deploy", is_flag=True, help="Check the settings for production instead.")
def check(deploy: bool) -> None:
    """Check what must be true of every stored record; exit 1 when something is not."""
    settings = _settings()
    if deploy:
        sys.exit(1 if _show_findings(settings) else 0)
    broken = 0
    with _application(settings):
        for invariant in INVARIANTS:
            lines = list(invariant.broken())
            broken += len(lines)
            click.echo(f"{'broken' if lines else 'ok':8}{invariant.name}")
            for line in lines:
                click.echo(f"        {line}")
    click.echo(f"{len(INVARIANTS)} invariants checked, {broken} records break one")
    sys.exit(1 if broken else 0)


@cli.group()
def demo() -> None:
    """Demo data."""


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def accounts(as_json: bool) -> None:
    """Print the demo accounts with their passwords."""
    from app.demo import accounts as demo_accounts  # noqa: PLC0415 -- heavy, and for demos only

    found = demo_accounts()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for account in found:
        click.echo("  ".join(str(value) for value in account.values()))


def _inside(command: click.Command) -> click.Command:
    """Return the package's command as one that makes the application; its own stays as it is."""
    act = command.callback

    def inside(*args: object, **kwargs: object) -> None:
        with _application(_settings()):
            if act is not None:
                act(*args, **kwargs)

    outer = copy(command)
    outer.callback = inside
    return outer


@cli.group()
def audit() -> None:
    """Check and seal the audit trail."""


for _command in (accounts_cli.create_admin, accounts_cli.sign_everybody_out):
    cli.add_command(_inside(_command))
for _command in (audit_cli.verify, audit_cli.seal):
    audit.add_command(_inside(_command))


def main() -> None:
    """Run the command line; a setting that makes no sense is one line, not a traceback."""
    try:
        cli()
    except BadSetting as error:
        click.echo(f"most: {error}", err=True)
        sys.exit(2)


def _settings(server: str | None = None) -> Settings:
    settings = from_environment()
    return replace(settings, server=server) if server else settings


@contextmanager
def _application(settings: Settings) -> Iterator[None]:
    with create_app(settings).app_context():
        yield


def _show_findings(settings: Settings) -> bool:
    found = deployment.findings(settings)
    for finding in found:
        kind = "error" if finding.is_error else "notice"
        click.echo(f"{kind:8}{finding.setting} {finding.text}", err=finding.is_error)
    if not found:
        click.echo("fit for production")
    return any(finding.is_error for finding in found)


def _fill_when_empty() -> None:
    from app.demo import fill_when_empty  # noqa: PLC0415 -- heavy, and for demos only

    fill_when_empty(say=click.echo)


if __name__ == "__main__":
    main()
