"""The operator's commands about people; `most` runs them inside the application."""

import click
from flask import current_app

from app.accounts.services import invitations
from app.accounts.services import sign_in as signing_in
from app.accounts.services.sign_up import Newcomer
from app.core.actor import SYSTEM
from app.core.errors import DomainError


@click.command()
@click.argument("email")
@click.option("--given", default="Centre", help="Given name, in Latin letters.")
@click.option("--family", default="Administrator", help="Family name, in Latin letters.")
def create_admin(email: str, given: str, family: str) -> None:
    """Make EMAIL a centre administrator; prints a link, good once, to choose a password."""
    settings = current_app.config["SETTINGS"]
    newcomer = Newcomer(
        email=email,
        given=given,
        family=family,
        locale=settings.default_language,
        timezone=settings.default_timezone,
    )
    try:
        path = invitations.create_administrator(newcomer)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(settings.url + path)


@click.command("sign-everybody-out")
@click.confirmation_option(prompt="End the sign-ins of everybody?")
def sign_everybody_out() -> None:
    """End all sign-ins at once, such as after a break-in."""
    click.echo(f"{signing_in.end_everybodys(SYSTEM)} sign-ins ended")
