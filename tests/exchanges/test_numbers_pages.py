"""The numbers of an exchange office."""

import csv
import io
from collections.abc import Callable

from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.exchanges.states.mobilities import MobilityState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]


def test_both_offices_see_the_same_stay_from_their_own_side(
    session: Session, browse_as: Browse
) -> None:
    home = an_institution(name="Home University")
    host = an_institution(name="Host University", country="CN")
    stay = a_mobility(home, host, state=MobilityState.IN_PROGRESS, name="=Ana Anić")
    year = stay.academic_year
    a_mobility(home, host, state=MobilityState.PLANNED, name="Not yet")
    there, here = (
        browse_as(an_actor("officer", one.id)).get(f"/exchanges/numbers?year={year}").text
        for one in (host, home)
    )

    for text in (there, here):
        assert "=Ana Anić" in text
        assert "Not yet" not in text
        assert "China" in text
    assert "Home University" in there
    assert "Host University" in here


def test_tables_are_saved_as_files_that_no_program_takes_for_commands(
    session: Session, browse_as: Browse
) -> None:
    home, host = an_institution(), an_institution(name="=2+5 University", country="CN")
    stay = a_mobility(home, host, state=MobilityState.IN_PROGRESS, name="=HYPERLINK(1)")
    browser = browse_as(an_actor("officer", home.id))
    year = stay.academic_year

    text = browser.get(f"/exchanges/numbers/stays.csv?year={year}").data.decode("utf-8-sig")
    (row,) = list(csv.DictReader(io.StringIO(text)))
    assert row["Name"] == "'=HYPERLINK(1)"
    assert row["To institution"] == "'=2+5 University"
    book = load_workbook(
        io.BytesIO(browser.get(f"/exchanges/numbers/balance.xlsx?year={year}").data)
    )
    sheet = book.active
    assert sheet is not None
    assert sheet["A2"].value == "'=2+5 University"
    applications = browser.get(f"/exchanges/numbers/applications.csv?year={year}")
    assert b"A term abroad" in applications.data
    assert browser.get("/exchanges/numbers/stays.pdf").status_code == 404


def test_only_offices_see_numbers_and_only_their_own(session: Session, browse_as: Browse) -> None:
    home, other = an_institution(), an_institution()

    assert browse_as(a_trainee()).get("/exchanges/numbers").status_code == 404
    assert browse_as(an_actor("faculty", home.id)).get("/exchanges/numbers").status_code == 404
    office = browse_as(an_actor("officer", home.id))
    assert office.get(f"/exchanges/numbers?institution={other.id}").status_code == 404
    assert office.get("/exchanges/numbers?year=99999").status_code == 200
    page = office.get("/exchanges/numbers").text
    assert "Nobody is abroad" in page
    for title in ("Applications", "Balance with partners", "Visits now"):
        assert page.count(f'<span class="vh">: {title}</span>') == 2


def test_the_page_asks_as_often_whatever_the_number_of_rows(
    session: Session, browse_as: Browse, statements: list[str]
) -> None:
    home, host = an_institution(), an_institution()
    browser = browse_as(an_actor("officer", home.id))
    asked = []
    for _ in range(3):
        stay = a_mobility(home, host, state=MobilityState.IN_PROGRESS)
        statements.clear()
        assert browser.get(f"/exchanges/numbers?year={stay.academic_year}").status_code == 200
        asked.append(len([one for one in statements if "SAVEPOINT" not in one]))

    assert len(set(asked)) == 1
    assert asked[0] <= 12
