"""How results from abroad count at the universities of the demo."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.accounts.queries import actor_for
from app.exchanges.rules.credits import Method, Rounding
from app.exchanges.rules.grades import Choice
from app.exchanges.services import scales

SINCE = date(2024, 10, 1)
HOME, HOST = "BA-5-10", "CN-100"
_TEN = [
    ("10", True, 95, 100),
    ("9", True, 85, 94),
    ("8", True, 75, 84),
    ("7", True, 65, 74),
    ("6", True, 55, 64),
    ("5", False, 0, 54),
]
_FIVE = [
    ("优秀", True, 90, 100),
    ("良好", True, 80, 89),
    ("中等", True, 70, 79),
    ("及格", True, 60, 69),
    ("不及格", False, 0, 59),
]
_VALUES = {"优秀": "95", "良好": "85", "中等": "75", "及格": "65", "不及格": "0"}
_COUNTS_HOME = {"10": 212, "9": 398, "8": 441, "7": 263, "6": 174}
_COUNTS_HOST = {"优秀": 301, "良好": 512, "中等": 388, "及格": 149}


def make(staff: Mapping[str, UUID], places: Mapping[str, UUID]) -> None:
    """Lay down the scales, distributions and rules of both universities."""
    _lay_down(
        staff["registrar"],
        places["UNIBL"],
        (HOME, {"en": "Grades from 5 to 10", "sr_Cyrl": "Оцјене од 5 до 10"}, _TEN),
        _COUNTS_HOME,
        ("ects", "cn", "37.5"),
    )
    _lay_down(
        staff["registrar_shanghai"],
        places["SUMHS"],
        (HOST, {"en": "Five levels", "zh_Hans_CN": "五级制"}, _FIVE),
        _COUNTS_HOST,
        ("cn", "ects", "60"),
    )


def _lay_down(
    registrar_id: UUID,
    institution_id: UUID,
    scale: tuple[str, dict[str, str], list[tuple[str, bool, int, int]]],
    counts: Mapping[str, int],
    schemes: tuple[str, str, str],
) -> None:
    registrar, (code, name, grades) = actor_for(registrar_id), scale
    rows: list[dict[str, Any]] = [
        {"code": grade, "value": _VALUES.get(grade, grade), "passes": ok, "from": low, "to": high}
        for grade, ok, low, high in grades
    ]
    kept = scales.save_scale(
        registrar,
        institution_id,
        code=code,
        name=name,
        grades=rows,
        source="Rule book on examinations, demonstration",
    )
    for level in (6, 7):
        scales.save_table(
            registrar,
            kept,
            isced="",
            eqf_level=level,
            years="2023–2025",
            counts=counts,
            source="Registry, demonstration",
        )
    own, other, per_year = schemes
    scales.save_recognition_rule(
        registrar,
        institution_id,
        scale_code=code,
        credit_scheme=own,
        choice=Choice.MIDPOINT,
        least_results=50,
        allows_formula=True,
        valid_from=SINCE,
        source="Decision of the senate, demonstration",
    )
    scales.save_credit_rule(
        registrar,
        institution_id,
        from_scheme=other,
        to_scheme=own,
        method=Method.YEAR_RATIO,
        parameters={"source": per_year, "target": "60" if own == "ects" else "37.5"},
        rounding=Rounding.HALF,
        valid_from=SINCE,
        source="Decision of the senate, demonstration",
    )
