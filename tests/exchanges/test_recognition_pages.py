"""Transcripts, scales and recognition as people meet them."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.jobs.embedded import do_all
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.queries import letters, mobilities, scales, transcripts
from app.exchanges.queries import recognition as queries
from app.exchanges.services import recognition
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import MobilityState
from app.files import queries as files
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import (
    CHINESE,
    a_registrar,
    a_scale,
    a_transcript,
    rules_of_home,
)
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]


def text_of(letter: IssuedDocument) -> str:
    assert letter.file_id is not None
    pages = PdfReader(io.BytesIO(files.content(letter.file_id))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_from_a_file_to_a_decision_that_the_person_reads(
    session: Session, browse_as: Browse
) -> None:
    home, host = an_institution(name="Home"), an_institution(name="Host", country="CN")
    rules_of_home(home)
    scale = a_scale(host, CHINESE)
    student = a_trainee("Jovana Đurić")
    mobility_id = a_mobility(
        home, host, person=student, state=MobilityState.DEPARTED, eqf_level=6
    ).id
    base = f"/exchanges/stays/{mobility_id}"
    office, registrar = an_actor("officer", host.id), a_registrar(home)
    there = browse_as(office)

    assert "From a file" in there.get(f"{base}/recognition").text
    rows = "code,title,credits,grade\nBIO301,分子生物学,3,优秀\nSTA105,统计学,2,不及格\n"
    sent = {"scale": str(scale), "credit_scheme": "cn", "version": "0"}
    bad = there.post(
        f"{base}/transcript/list",
        data=sent | {"file": (io.BytesIO(b"title,credits,grade\nA,x,B\n"), "list.csv")},
    )
    assert bad.status_code == 422
    assert "Not a grade of this scale" in bad.text
    assert transcripts.of_stay(mobility_id) == []
    done = there.post(
        f"{base}/transcript/list",
        data=sent | {"file": (io.BytesIO(rows.encode()), "list.csv")},
    )
    assert done.status_code == 303
    mine = browse_as(student)
    assert "分子生物学" not in mine.get(f"{base}/recognition").text  # a draft is the host's
    assert there.post(f"{base}/transcript/release", data={"version": "9"}).status_code == 409
    assert there.post(f"{base}/transcript/release", data={"version": "1"}).status_code == 303
    assert "分子生物学" in mine.get(f"{base}/recognition").text

    here = browse_as(registrar)
    assert here.post(f"{base}/recognition/prepare").status_code == 303
    page = here.get(f"{base}/recognition/edit")
    assert "By formula" in page.text
    (group,) = queries.groups_of(queries.of_stay(mobility_id)[0].id)
    answer = {
        "version": "1",
        "results-0-line": str(group.results[0].line.id),
        "results-0-group": "1",
        "results-0-credits": "5",
        "results-0-grade": "9",
        "groups-0-home_title": "Molekularna biologija",
        "groups-0-home_credits": "6",
        "groups-0-outcome": "partial",
        "groups-0-reason": "",
    }
    refused = here.post(f"{base}/recognition/edit", data=answer)
    assert refused.status_code == 422
    assert "Group 1: give the reason." in refused.text
    assert "Molekularna biologija" in refused.text  # what was typed is kept
    answer["groups-0-reason"] = "No practical part"
    apart = {"groups-1-home_credits": "3", "groups-1-outcome": "refused"}
    untitled = apart | {"groups-1-home_title": "", "groups-1-reason": ""}
    assert here.post(f"{base}/recognition/edit", data=answer | untitled).status_code == 303
    answer |= apart | {"groups-1-home_title": "Statistika", "groups-1-reason": "Failed there"}
    answer["version"] = "2"
    assert here.post(f"{base}/recognition/edit", data=answer).status_code == 303
    stale = here.post(f"{base}/recognition/edit", data=answer)
    assert stale.status_code == 409
    final = {"version": "3", "reference": "05-77/27"}
    assert here.post(f"{base}/recognition/decide", data=final).status_code == 303
    assert here.post(f"{base}/recognition/decide", data=final).status_code == 404

    read = mine.get(f"{base}/recognition").text
    for text in ("05-77/27", "No practical part", "Failed there", "优秀", "Recognised in part"):
        assert text in read


def test_pages_say_why_no_credits_are_suggested_and_who_can_change_that(
    session: Session, browse_as: Browse
) -> None:
    home, host = an_institution(name="Home"), an_institution(name="Host", country="CN")
    rules_of_home(home)
    mobility = a_mobility(home, host, state=MobilityState.DEPARTED, eqf_level=6)
    office, registrar, base = (
        an_actor("officer", host.id),
        a_registrar(home),
        f"/exchanges/stays/{mobility.id}/recognition",
    )
    a_transcript(office, mobility, a_scale(host, CHINESE), credit_scheme="hours")
    recognition.prepare(registrar, mobility.id)
    browser = browse_as(registrar)

    for path in ("", "/edit", "/decide"):
        page = browser.get(base + path).text
        assert "no rule from Class hours to ECTS is in force at Home" in page
        assert f"/exchanges/institutions/{home.id}/credit-rules/new" in page
    fields = re.findall(r"<input[^>]+results-0-credits[^>]*>", browser.get(f"{base}/edit").text)
    assert ['value=""' in one and 'class="input"' in one for one in fields] == [True]
    refused = browser.post(f"{base}/decide", data={"version": "1", "reference": "1/27"})
    assert refused.status_code == 422
    assert "Write the credits at home for" in refused.text


@pytest.mark.parametrize("who", ["student", "home officer", "stranger"])
def test_only_those_who_may_write_reach_the_pages(
    session: Session, browse_as: Browse, who: str
) -> None:
    home, host = an_institution(), an_institution()
    student = a_trainee()
    mobility = a_mobility(home, host, person=student, state=MobilityState.DEPARTED)
    actors = {
        "student": student,
        "home officer": an_actor("officer", home.id),
        "stranger": an_actor("registrar", an_institution().id),
    }
    browser = browse_as(actors[who])
    expected = 404 if who == "stranger" else 403

    for path in ("transcript", "transcript/list", "transcript/release", "recognition/edit"):
        found = browser.get(f"/exchanges/stays/{mobility.id}/{path}").status_code
        assert found == expected, path
    found = browser.post(f"/exchanges/stays/{mobility.id}/recognition/prepare").status_code
    assert found == expected


def test_more_rows_keep_what_was_typed(session: Session, browse_as: Browse) -> None:
    home, host = an_institution(), an_institution()
    scale = a_scale(host, CHINESE)
    mobility = a_mobility(home, host, state=MobilityState.DEPARTED)
    browser = browse_as(an_actor("officer", host.id))
    typed = {
        "scale": str(scale),
        "credit_scheme": "cn",
        "lines-0-title": "药理学",
        "lines-0-credits": "2.5",
        "lines-0-grade": "A",
        "lines-0-outcome": "passed",
    }
    more = browser.post(f"/exchanges/stays/{mobility.id}/transcript", data=typed | {"more": "1"})
    assert more.status_code == 200
    assert "药理学" in more.text
    assert "lines-3-title" in more.text
    without = browser.post(
        f"/exchanges/stays/{mobility.id}/transcript", data=typed | {"lines-0-credits": ""}
    )
    assert without.status_code == 422
    assert "Row 1: write the credits, or 0." in without.text
    wrong = browser.post(f"/exchanges/stays/{mobility.id}/transcript", data=typed)
    assert wrong.status_code == 422
    assert "Row 1: A is not a grade of this scale" in wrong.text


def test_a_registrar_lays_down_scales_distributions_and_rules(
    session: Session, browse_as: Browse
) -> None:
    home = an_institution()
    browser = browse_as(a_registrar(home))
    base = f"/exchanges/institutions/{home.id}"
    scale = {"code": "S10", "name-en": "From 5 to 10", "source": "Rules"}
    for at, (code, passes, low, high) in enumerate(
        [("10", "y", 91, 100), ("6", "y", 51, 90), ("5", "", 0, 49)]
    ):
        scale |= {
            f"grades-{at}-code": code,
            f"grades-{at}-value": code,
            f"grades-{at}-low": str(low),
            f"grades-{at}-high": str(high),
        } | ({f"grades-{at}-passes": "y"} if passes else {})

    gap = browser.post(f"{base}/scales/new", data=scale)
    assert gap.status_code == 422
    assert "No grade is given for 50 points." in gap.text
    saved = browser.post(f"{base}/scales/new", data=scale | {"grades-2-high": "50"})
    assert saved.status_code == 303
    kept = scales.newest_of(home.id, "S10")
    assert kept is not None
    table = {"isced": "0912", "eqf_level": "6", "years": "2023–2025", "source": "Registry"}
    none = browser.post(f"/exchanges/scales/{kept.id}/tables/new", data=table)
    assert none.status_code == 422
    counts = {"counts-0-count": "30", "counts-1-count": "70"}
    assert (
        browser.post(f"/exchanges/scales/{kept.id}/tables/new", data=table | counts).status_code
        == 303
    )
    rule = {
        "from_scheme": "cn", "to_scheme": "ects", "method": "year_ratio", "source_number": "37,5",
        "target_number": "60", "rounding": "half", "valid_from": "2026-01-01", "source": "Rules",
    }  # fmt: skip
    assert (
        browser.post(f"{base}/credit-rules/new", data=rule | {"source_number": "0"}).status_code
        == 422
    )
    assert browser.post(f"{base}/credit-rules/new", data=rule).status_code == 303
    method = {
        "scale_code": "S10", "credit_scheme": "ects", "choice": "average", "least_results": "50",
        "valid_from": "2026-01-01", "source": "Rules",
    }  # fmt: skip
    assert browser.post(f"{base}/recognition-rules/new", data=method).status_code == 303
    page = browser.get(f"{base}/scales").text
    for text in ("From 5 to 10", "37.5", "0912", "The average of the comparable grades"):
        assert text in page
    assert browse_as(a_registrar(an_institution())).get(f"{base}/scales").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_database_as_often_for_many_lines_as_for_one(
    session: Session, browse_as: Browse, statements: list[str], number: int
) -> None:
    home, host = an_institution(), an_institution()
    rules_of_home(home)
    scale = a_scale(host, CHINESE)
    mobility = a_mobility(home, host, state=MobilityState.DEPARTED)
    office = an_actor("officer", host.id)
    for _ in range(number):
        a_transcript(office, mobility, scale)
    browser = browse_as(office)
    statements.clear()
    assert browser.get(f"/exchanges/stays/{mobility.id}/recognition").status_code == 200

    assert len(statements) <= 12


def test_transcript_and_decision_are_issued_as_files_that_a_stranger_can_check(
    session: Session, browse_as: Browse
) -> None:
    home, host = an_institution(name="Home"), an_institution(name="Host", country="CN")
    rules_of_home(home)
    mobility_id = a_mobility(home, host, state=MobilityState.DEPARTED, eqf_level=6).id
    office, registrar = an_actor("officer", host.id), a_registrar(home)
    mobility = mobilities.locked(mobility_id)
    a_transcript(office, mobility, a_scale(host, CHINESE))
    recognition.prepare(registrar, mobility_id)
    recognition.decide(registrar, mobility_id, reference="05-7/27", version=1)
    base = f"/exchanges/stays/{mobility_id}/recognition"
    languages = {"first_language": "en", "second_language": "zh_Hans_CN"}

    assert browse_as(registrar).get(f"{base}/transcript/pdf").status_code == 403
    assert browse_as(office).get(f"{base}/decision/pdf").status_code == 403
    for actor, what in ((office, "transcript"), (registrar, "decision")):
        browser = browse_as(actor)
        assert browser.post(f"{base}/{what}/pdf", data=languages).status_code == 303
        assert browser.post(f"{base}/{what}/pdf", data=languages).status_code == 409
    do_all()
    made = {one.kind: one for one in letters.of_stay(mobility_id)}
    transcript, decision = made[LetterKind.TRANSCRIPT], made[LetterKind.RECOGNITION]
    printed = text_of(transcript)
    for text in ("分子生物学 Molecular biology", "优秀"):
        assert text in printed
    assert "05-7/27" in text_of(decision)
    public = browse_as(None).get(f"/verify/{decision.code}")
    assert public.status_code == 200
    assert decision.number in public.text


def test_nobody_overwrites_a_transcript_unseen_and_a_file_keeps_its_remarks(
    session: Session, browse_as: Browse
) -> None:
    home, host = an_institution(), an_institution(name="Host", country="CN")
    stay = a_mobility(home, host, state=MobilityState.DEPARTED).id
    office, scale = an_actor("officer", host.id), a_scale(host, CHINESE)
    there, base = browse_as(office), f"/exchanges/stays/{stay}/transcript"
    row = {"scale": str(scale), "credit_scheme": "cn", "remarks": "Honours list", "version": "0"}
    row |= {"lines-0-title": "Anatomy", "lines-0-credits": "3", "lines-0-grade": "优秀"}
    row["lines-0-outcome"] = "passed"
    assert there.post(base, data=row).status_code == 303
    late = there.post(base, data=row | {"lines-0-title": "Histology"})
    assert late.status_code == 409
    assert "Somebody else saved this transcript" in late.text
    assert "Histology" in late.text

    def send(**more: str) -> int:
        file = (io.BytesIO("title,credits,grade\nA,2,优秀\n".encode()), "a.csv")
        return there.post(f"{base}/list", data=row | more | {"file": file}).status_code

    asked = there.get(f"{base}/list").text
    assert "Anatomy" in asked
    assert 'name="replace"' in asked
    assert send(version="1") == 422
    assert send(version="0", replace="y") == 409
    assert send(version="1", replace="y") == 303
    (draft,) = transcripts.of_stay(stay)
    assert [one.title for one in transcripts.lines_of(draft.id)] == ["A"]
    assert (draft.remarks, draft.version) == ("Honours list", 2)
