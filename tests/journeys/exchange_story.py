"""Who takes part in the story of a stay abroad, and how they work with forms in any language."""

from datetime import date
from typing import Any
from uuid import UUID

from playwright.sync_api import expect

from app.accounts.models import User
from app.accounts.states import Role
from app.core.clock import now
from app.core.database import atomic, db
from app.demo.exchanges import agreements, papers, scales
from app.exchanges.models.calls import Call
from app.exchanges.models.mobilities import Mobility
from app.exchanges.services import call_clock, visits
from app.exchanges.states.mobilities import MobilityState
from tests.factories.accounts import Member, a_member
from tests.journeys.conftest import House, Visit, Visitor

SENT = "form .btn-primary, form .btn-danger"
"""The button that does what a page is for."""


class Story:
    """Who takes part, and the addresses that one chapter leaves to the next."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.call = self.application = self.desk = self.stay = self.code = ""
        with house.app.app_context():
            agreements.make(house.staff, house.places)
            scales.make(house.staff, house.places)
            home = house.places["UNIBL"]
            self.applicant = _at(home, Role.TRAINEE, "Jovana Petrović")
            self.reviewers = [
                _at(home, Role.FACULTY, "Mladen Vidić"),
                _at(home, Role.FACULTY, "Sanja Kostić"),
            ]
            self.coordinator = _at(home, Role.FACULTY, "Ranko Tešić")
            self.sheet = papers.transcript()
            db.session.remove()

    def file(self, name: str) -> Any:
        """Return a PDF to hand in."""
        return {"name": name, "mimeType": "application/pdf", "buffer": self.sheet}

    def release(self) -> None:
        """Let the moment come at which everybody learns the results."""
        call_id = UUID(self.call.rpartition("/")[2])
        with self.house.app.app_context():
            with atomic():
                db.session.get_one(Call, call_id).release_at = now()
            call_clock.advance(call_id)

    def let_days_pass(self, **days: date) -> None:
        """Move days of the stay into the past, as nobody can wait for them here."""
        with self.house.app.app_context(), atomic():
            stay = db.session.get_one(Mobility, self._stay_id)
            for name, day in days.items():
                setattr(stay, name, day)

    def begin(self) -> None:
        """Do what the clock does on the first day of teaching."""
        with self.house.app.app_context():
            visits.begin(self._stay_id)

    @property
    def state(self) -> MobilityState:
        """Return how far the stay has come."""
        with self.house.app.app_context():
            return db.session.get_one(Mobility, self._stay_id).state

    @property
    def _stay_id(self) -> UUID:
        return UUID(self.stay.rpartition("/")[2])


def _at(institution_id: UUID, role: Role, name: str) -> Member:
    member = a_member((role, institution_id), name=name)
    with atomic():
        db.session.get_one(User, member.id).institution_id = institution_id
    return member


def of(visit: Visit, member: Member, **options: Any) -> Visitor:
    """Return a browser in which somebody is signed in who is not one of the staff."""
    visitor: Visitor = visit(**options)
    visitor.enter(member.email)
    return visitor


def fill(person: Visitor, **fields: str) -> None:
    """Fill in fields by their names, whatever their labels are called in this language."""
    for name, value in fields.items():
        field = person.main.locator(f"[name='{name}']")
        if field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        elif field.first.get_attribute("type") in {"radio", "checkbox"}:
            field.and_(person.page.locator(f"[value='{value}']")).check()
        else:
            field.fill(value)


def send(person: Visitor, button: str = SENT, **fields: str) -> None:
    """Fill in a form and send it."""
    fill(person, **fields)
    with person.page.expect_navigation():
        person.main.locator(button).last.click()
    expect(person.page.locator("#errors")).to_have_count(0)


def follow(person: Visitor, ending: str) -> None:
    """Follow the link of the page whose address ends so."""
    with person.page.expect_navigation():
        person.main.locator(f"a[href$='{ending}']").first.click()
    expect(person.page.locator("h1")).to_have_count(1)
