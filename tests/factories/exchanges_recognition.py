"""Scales, rules and transcripts to test with."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.actor import Actor
from app.exchanges.models.mobilities import Mobility
from app.exchanges.rules.credits import Method, Rounding
from app.exchanges.rules.grades import Choice
from app.exchanges.services import scales, transcripts
from app.exchanges.services.transcripts import Line
from app.exchanges.states.recognition import LineOutcome
from app.institutions.models import Institution
from tests.factories.accounts import an_actor

CHINESE = [
    {"code": "优秀", "value": "95", "passes": True, "from": 90, "to": 100},
    {"code": "良好", "value": "85", "passes": True, "from": 80, "to": 89},
    {"code": "中等", "value": "75", "passes": True, "from": 70, "to": 79},
    {"code": "及格", "value": "60", "passes": True, "from": 60, "to": 69},
    {"code": "不及格", "value": "0", "passes": False, "from": 0, "to": 59},
]
BOSNIAN = [
    {"code": "10", "value": "10", "passes": True, "from": 95, "to": 100},
    {"code": "9", "value": "9", "passes": True, "from": 85, "to": 94},
    {"code": "8", "value": "8", "passes": True, "from": 75, "to": 84},
    {"code": "7", "value": "7", "passes": True, "from": 65, "to": 74},
    {"code": "6", "value": "6", "passes": True, "from": 55, "to": 64},
    {"code": "5", "value": "5", "passes": False, "from": 0, "to": 54},
]


def a_registrar(institution: Institution) -> Actor:
    """Return a registrar of the institution."""
    return an_actor("registrar", institution.id)


def a_scale(institution: Institution, grades: list[dict[str, Any]], code: str = "SCALE") -> UUID:
    """Return the id of a stored scale."""
    return scales.save_scale(
        a_registrar(institution),
        institution.id,
        code=code,
        name={"en": f"Scale {code}"},
        grades=grades,
        source="Rule book 12/2024",
    )


def rules_of_home(home: Institution, *, choice: Choice = Choice.MIDPOINT) -> None:
    """Lay down how the institution recognises: the Bosnian scale, ECTS, Chinese credits by 1.6."""
    registrar = a_registrar(home)
    a_scale(home, BOSNIAN, "HOME")
    scales.save_recognition_rule(
        registrar,
        home.id,
        scale_code="HOME",
        credit_scheme="ects",
        choice=choice,
        least_results=50,
        allows_formula=True,
        valid_from=date(2020, 1, 1),
        source="Decision 7/2020",
    )
    scales.save_credit_rule(
        registrar,
        home.id,
        from_scheme="cn",
        to_scheme="ects",
        method=Method.YEAR_RATIO,
        parameters={"source": "37.5", "target": "60"},
        rounding=Rounding.HALF,
        valid_from=date(2020, 1, 1),
        source="Decision 8/2020",
    )


LINES = (
    Line("分子生物学 Molecular biology", 300, "优秀", LineOutcome.PASSED, "BIO301"),
    Line("药理学 Pharmacology", 250, "良好", LineOutcome.PASSED, "PHA210"),
    Line("统计学 Statistics", 200, "不及格", LineOutcome.FAILED, "STA105"),
    Line("体育 Sports", 100, "", LineOutcome.NOT_TAKEN, "SPO100"),
)


def a_transcript(
    officer: Actor,
    mobility: Mobility,
    scale_id: UUID,
    *,
    release: bool = True,
    credit_scheme: str = "cn",
) -> UUID:
    """Return the id of a transcript of two passed courses, one failed and one not taken."""
    found = transcripts.write(
        officer, mobility.id, scale_id=scale_id, credit_scheme=credit_scheme, lines=LINES
    )
    if release:
        transcripts.release(officer, mobility.id)
    return found
