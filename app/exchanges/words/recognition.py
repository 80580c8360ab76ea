"""The words of transcripts, scales and recognition."""

from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.i18n import lazy_pgettext
from app.exchanges.rules.credits import Method, Rounding
from app.exchanges.rules.grades import Choice, ScaleFault, ScaleProblem
from app.exchanges.rules.recognition import GradeMethod
from app.exchanges.states.recognition import (
    GroupOutcome,
    LineOutcome,
    RecognitionState,
    TranscriptState,
)

TRANSCRIPT_LABELS = {
    TranscriptState.DRAFT: _l("Draft"),
    TranscriptState.RELEASED: _l("Released"),
    TranscriptState.REPLACED: _l("Replaced by a correction"),
}
TRANSCRIPT_CHIPS = {
    TranscriptState.DRAFT: "draft",
    TranscriptState.RELEASED: "ok",
    TranscriptState.REPLACED: "closed",
}
RECOGNITION_LABELS = {
    RecognitionState.DRAFT: _l("Being prepared"),
    RecognitionState.DECIDED: _l("Decided"),
    RecognitionState.REPLACED: _l("Replaced by a later decision"),
}
RECOGNITION_CHIPS = {
    RecognitionState.DRAFT: "draft",
    RecognitionState.DECIDED: "ok",
    RecognitionState.REPLACED: "closed",
}
LINE_LABELS = {
    LineOutcome.PASSED: _l("Passed"),
    LineOutcome.FAILED: lazy_pgettext("course", "Failed"),
    LineOutcome.NOT_TAKEN: _l("Not taken"),
}
GROUP_LABELS = {
    GroupOutcome.AS_AGREED: _l("Recognised as agreed"),
    GroupOutcome.PARTIAL: _l("Recognised in part"),
    GroupOutcome.REFUSED: _l("Not recognised"),
}
CHOICE_LABELS = {
    Choice.MAXIMUM: _l("The best comparable grade"),
    Choice.MIDPOINT: _l("The grade in the middle"),
    Choice.AVERAGE: _l("The average of the comparable grades"),
    Choice.MINIMUM: _l("The lowest comparable grade"),
}
METHOD_LABELS = {
    Method.YEAR_RATIO: _l("Credits of a full-time year"),
    Method.HOURS: _l("Hours behind a credit"),
    Method.FIXED: _l("A fixed factor"),
}
ROUNDING_LABELS = {
    Rounding.NONE: _l("To hundredths"),
    Rounding.HALF: _l("To half credits"),
    Rounding.WHOLE: _l("To whole credits"),
}
GRADE_METHOD_LABELS = {
    GradeMethod.SAME_SCALE: _l("The same scale"),
    GradeMethod.DISTRIBUTION: _l("By distribution"),
    GradeMethod.FORMULA: _l("By formula"),
    GradeMethod.NONE: _l("No suggestion"),
}
SCHEMES = {
    "ects": _l("ECTS"),
    "cn": _l("Chinese credits (学分)"),
    "hours": _l("Class hours"),
}
"""The credit schemes that transcripts may count in."""


def scale_problem(problem: ScaleProblem) -> str:
    """Return what is wrong with a scale, naming the grade or the points."""
    texts = {
        ScaleFault.EMPTY: _("A scale has at least one grade."),
        ScaleFault.TWICE: _("The grade %(grade)s stands twice.", grade=problem.grade),
        ScaleFault.ORDER: _(
            "The value of %(grade)s is out of order: write grades from the best to the worst.",
            grade=problem.grade,
        ),
        ScaleFault.NOTHING_PASSES: _("With none of these grades one passes."),
        ScaleFault.OUT_OF_PLACE: _(
            "%(grade)s passes but stands below a grade that fails.", grade=problem.grade
        ),
        ScaleFault.GAP: _("No grade is given for %(points)s points.", points=problem.points or 0),
        ScaleFault.OVERLAP: _(
            "Two grades are given for %(points)s points.", points=problem.points or 0
        ),
        ScaleFault.BOUNDS: _(
            "The band that begins at %(points)s points is upside down or out of bounds.",
            points=problem.points or 0,
        ),
    }
    return texts[problem.fault]


def provenance(found: dict[str, object]) -> str:
    """Return in a sentence how a grade was found."""
    method = str(found.get("method", "none"))
    if method == "distribution":
        text = _(
            "By distribution: comparable are %(grades)s; taken is: %(choice)s.",
            grades=", ".join(map(str, _listed(found.get("comparable")))),
            choice=str(CHOICE_LABELS[Choice(str(found["choice"]))]).lower(),
        )
    elif method == "formula":
        text = _("By formula, which gave %(exact)s.", exact=str(found["exact"]))
    elif method == "same_scale":
        text = _("The same scale: the grade is kept.")
    else:
        text = _("Nothing could be suggested; a person decided.")
    if found.get("changed_from"):
        text += " " + _(
            "Suggested was %(grade)s; the registrar chose otherwise.",
            grade=str(found["changed_from"]),
        )
    return text


def provenance_with_version(found: dict[str, object]) -> str:
    """Return how a grade was found, and by which version of the rules at home."""
    number = found.get("rule_version")
    if not number:
        return provenance(found)
    version = _("Version %(number)s of the rules at home.", number=str(number))
    return f"{provenance(found)} {version}"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
