"""Lists of people to enrol: uploaded, looked at, applied once, with invitations for the unknown."""

import io

import pytest
from sqlalchemy import inspect, select

from app.accounts.models import PersonName, User
from app.accounts.states import AccountState
from app.core.database import db
from app.core.jobs.embedded import do_all
from app.courses.models.enrolments import Enrolment
from app.courses.states import EnrolmentState
from tests.factories.accounts import a_user, an_actor
from tests.factories.courses import a_run

pytestmark = [pytest.mark.database]

S = EnrolmentState


def states_of(run) -> list[EnrolmentState]:
    (run_id,) = inspect(run).identity
    db.session.expire_all()
    found = db.session.query(Enrolment).filter_by(run_id=run_id).order_by(Enrolment.id)
    return [one.state for one in found]


def upload(browser, run, data: bytes, name: str = "people.csv"):
    return browser.post(f"/runs/{run.id}/import", data={"file": (io.BytesIO(data), name)})


def test_a_list_is_uploaded_checked_and_applied_once(browse_as):
    run = a_run(capacity=1)
    people = [a_user() for _ in range(2)]
    browser = browse_as(an_actor("administrator", run.institution_id))
    data = ("E-mail;Name\n" + "".join(f"{one.email};Ana\n" for one in people)).encode()

    assert browser.get(f"/runs/{run.id}/import").status_code == 200
    preview = upload(browser, run, data).location
    assert people[0].email in browser.get(preview).text
    assert states_of(run) == []
    assert "2 people were enrolled." in browser.post(preview, follow_redirects=True).text
    again = browser.post(preview, follow_redirects=True)
    assert "This list was applied already" in again.text
    assert "were enrolled." not in again.text
    assert upload(browser, run, data).location == preview
    assert "were enrolled on" in browser.get(preview).text

    assert states_of(run) == [S.ACTIVE, S.WAITLISTED]


def test_a_list_with_errors_enrols_nobody_until_they_are_left_out(browse_as):
    run, person = a_run(), a_user()
    browser = browse_as(an_actor("administrator", run.institution_id))
    data = f"Email\n{person.email}\nnobody@example.org\nbroken\n{person.email}\n".encode()

    preview = upload(browser, run, data).location
    text = browser.get(preview).text
    assert text.count("Nobody has this address") == 1
    assert "This is no e-mail address." in text
    assert "The same address stands in row 2." in text
    assert "nobody@example.org" in browser.get(f"{preview}/errors.csv").text
    assert browser.post(preview).status_code == 422
    assert states_of(run) == []
    assert browser.post(preview, data={"leave_out": "y"}).status_code == 303

    assert states_of(run) == [S.ACTIVE]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04 not a workbook",
        b"Name\nAna\n",
        b"Email\n" + b"a@example.org\n" * 5000,
        "Е-пошта\n\ud83d".encode("utf-8", "surrogatepass"),
        b'Email\n"unclosed',
    ],
)
def test_a_hostile_file_is_refused_in_words(browse_as, data):
    run = a_run()
    browser = browse_as(an_actor("administrator", run.institution_id))

    answer = upload(browser, run, data)

    assert answer.status_code in (303, 422)
    assert states_of(run) == []


def test_a_full_queue_refuses_the_whole_list(browse_as):
    run = a_run(capacity=1, waitlist_capacity=0)
    browser = browse_as(an_actor("administrator", run.institution_id))
    data = "Email\n" + "\n".join(a_user().email for _ in range(2))

    preview = upload(browser, run, data.encode()).location

    assert browser.post(preview).status_code == 409
    assert states_of(run) == []


LIST = "Email;Given name;Family name\n%s;Ana;Anić\nnew@example.org;Wang;Xiaoming\n"


def person(address: str) -> User | None:
    return db.session.scalars(select(User).where(User.email_key == address)).one_or_none()


@pytest.mark.parametrize("role", ["faculty", "registrar"])
def test_whoever_has_no_account_is_invited_and_enrolled_at_once(browse_as, mail, role):
    run, known = a_run(), a_user().email
    browser = browse_as(an_actor(role, run.institution_id))

    preview = upload(browser, run, (LIST % known).encode()).location
    text = browser.get(preview).text
    assert text.count("will be invited") == 2  # the sum and the row
    assert person("new@example.org") is None
    done = browser.post(preview, follow_redirects=True).text

    assert "2 people were enrolled. 1 of them was invited" in done
    newcomer = person("new@example.org")
    assert (newcomer.display_name, newcomer.state) == ("Wang Xiaoming", AccountState.INVITED)
    assert states_of(run) == [S.ACTIVE, S.ACTIVE]
    do_all()
    (invitation,) = [one for one in mail if one.subject == "You are invited"]
    assert invitation.to == "new@example.org"
    assert "has entered you for a course" in invitation.text
    assert "/link/" in invitation.text
    browser.post(preview)
    do_all()
    assert len([one for one in mail if one.subject == "You are invited"]) == 1


@pytest.mark.parametrize(
    ("data", "shown", "script"),
    [
        (
            "Е-пошта,Име,Презиме\nm@x.example,Милијана,Радић\n".encode(),
            "Милијана Радић",
            "cyrillic",
        ),
        ("邮箱,姓,名\nm@x.example,王,晓明\n".encode("gb18030"), "王晓明", "han"),
    ],
)
def test_a_list_in_any_of_our_scripts_invites_by_the_names_in_it(browse_as, data, shown, script):
    run = a_run()
    browser = browse_as(an_actor("administrator", run.institution_id))

    preview = upload(browser, run, data).location
    assert shown in browser.get(preview).text
    browser.post(preview)

    user = db.session.query(User).filter_by(email="m@x.example").one()
    assert user.display_name == shown
    assert [one.script for one in db.session.query(PersonName).filter_by(user_id=user.id)] == [
        script
    ]


def test_a_full_queue_invites_nobody_of_the_list(browse_as, mail):
    run = a_run(capacity=1, waitlist_capacity=0)
    browser = browse_as(an_actor("administrator", run.institution_id))
    preview = upload(browser, run, (LIST % a_user().email).encode()).location

    assert browser.post(preview).status_code == 409

    do_all()
    assert (person("new@example.org"), mail) == (None, [])


def test_who_made_an_account_meanwhile_is_enrolled_and_not_invited(browse_as, mail):
    run = a_run()
    browser = browse_as(an_actor("administrator", run.institution_id))
    preview = upload(browser, run, (LIST % a_user().email).encode()).location
    late = a_user()
    late.email = late.email_key = "new@example.org"
    db.session.commit()

    done = browser.post(preview, follow_redirects=True).text

    assert "2 people were enrolled.<" in done
    assert states_of(run) == [S.ACTIVE, S.ACTIVE]
    do_all()
    assert "You are invited" not in {one.subject for one in mail}


def test_a_name_that_cannot_be_kept_is_an_error_of_its_row(browse_as):
    run = a_run()
    browser = browse_as(an_actor("administrator", run.institution_id))
    data = "Email;Given name\na@example.org;王Ming\nb@example.org;\u202eAna\n"

    preview = upload(browser, run, data.encode()).location

    assert "2 rows have errors" in browser.get(preview).text
    assert browser.post(preview, data={"leave_out": "y"}).status_code == 422
