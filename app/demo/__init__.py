"""A small believable centre to try out, made through the services that people use."""

from collections.abc import Callable

from app.accounts.queries import actor_for
from app.core.database import atomic, db
from app.demo import accounts as people
from app.demo import awards, catalogue, exchanges, institutions, notices, runs, story
from app.institutions.models import Institution

__all__ = ["accounts", "build", "fill_when_empty"]

TRAINEES = 300


def accounts() -> list[dict[str, str]]:
    """Return role, institution, e-mail, password and name of each account to try."""
    return people.listing()


def fill_when_empty(say: Callable[[str], object]) -> None:
    """Fill an empty database, saying so before and after; leave any other as it is."""
    if _is_empty():
        say("Making the demo data; this takes a minute, once …")
        build()
        say("Made. `most demo accounts` prints who can sign in.")


def build() -> None:
    """Fill an empty database with the demo; leave a database with any institution as it is.

    All of it is one transaction, so that an end in the middle leaves nothing. Only the first
    certificates are printed after it; should that be interrupted, the worker prints them.
    """
    if not _is_empty():
        return
    with atomic():
        centre = people.first_administrator()
        places = institutions.make(centre)
        staff = people.make_staff(centre, places)
        trainees = people.make_trainees(centre, places, TRAINEES)
        crowd = [person_id for some in trainees.values() for person_id in some]
        notices.silence([*crowd, *staff.values()])
        writers = {
            "CIC": actor_for(staff["teacher_centre"]),
            "UNIBL": actor_for(staff["faculty"]),
            "SUMHS": actor_for(staff["faculty_shanghai"]),
            "UNSA": actor_for(staff["teacher_sarajevo"]),
        }
        courses = catalogue.make(centre, writers, places)
        rooms = catalogue.furnish(centre, places)
        planned = runs.make(staff, courses, rooms)
        by_code = {one.code: one for one in planned}
        notices.hear_again(staff.values())
        hands = story.Crowd(trainees)
        for one in planned:
            story.give_places(one, hands, staff)
            story.keep_registers(one, staff)
            story.end(one)
        story.tell_stories(by_code)
        exchanges.make(staff, places, trainees)
        orders = awards.make_designs(centre, places)
        first = awards.order_certificates(by_code, orders, staff, centre)
        notices.hear_again(crowd)
        notices.read_past(staff.values())
        registrar, kept = staff["registrar"], {staff["trainee"], staff["trainee_shanghai"]}
    awards.print_certificates(first, actor_for(registrar), kept)


def _is_empty() -> bool:
    is_empty = db.session.query(Institution.id).first() is None
    db.session.rollback()
    return is_empty
