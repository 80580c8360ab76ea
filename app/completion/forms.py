"""The shape of policies, waivers and decisions on reviews."""

from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)

from app.completion.rules import ATTENDANCE, REQUIRED_SESSIONS
from app.core.i18n import lazy_gettext as _l
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, between, required

PER_CENT = 100


class PolicyForm(Form):
    """A policy in plain questions; the tree of criteria is made from the answers."""

    institution = SelectField(_l("Institution"), validate_choice=True)
    name = TranslatedField(_l("Name"), required=("en",), max_length=200)
    threshold = IntegerField(
        _l("Attendance needed, in per cent"),
        [required(), between(1, 100)],
        description=_l("Of the sessions that count for the person."),
    )
    every_session = BooleanField(_l("Every required session must be attended"))
    excused_counts = BooleanField(_l("For that, an excused absence counts as attended"))
    late_limit = IntegerField(_l("Minutes late that are forgiven"), [required(), between(0, 1440)])
    late_credit = IntegerField(
        _l("Credit when late within that limit, in per cent"), [required(), between(0, 100)]
    )
    too_late_credit = IntegerField(
        _l("Credit when later than that, in per cent"), [required(), between(0, 100)]
    )
    excused_share = IntegerField(
        _l("Share of sessions that may be excused, in per cent"),
        [required(), between(0, 100)],
        description=_l(
            "Excused sessions do not count at all up to this share, beyond it as absent."
        ),
    )
    early = BooleanField(
        _l("Complete as soon as everything is met and no session is to come"),
        description=_l("Otherwise results are decided when the run is closed."),
    )
    is_default = BooleanField(_l("Use it for new runs unless another is chosen"))

    def rule(self) -> dict[str, Any]:
        """Return the policy as it is stored."""
        criteria: list[dict[str, Any]] = [
            {"criterion": ATTENDANCE, "threshold_bp": (self.threshold.data or 0) * PER_CENT}
        ]
        if self.every_session.data:
            wanted: dict[str, Any] = {"criterion": REQUIRED_SESSIONS, "sessions": "all"}
            if self.excused_counts.data:
                wanted["excused_counts"] = True
            criteria.append(wanted)
        return {
            "early": bool(self.early.data),
            "credits": {
                "late_limit_minutes": self.late_limit.data,
                "late_bp": (self.late_credit.data or 0) * PER_CENT,
                "too_late_bp": (self.too_late_credit.data or 0) * PER_CENT,
                "max_excused_bp": (self.excused_share.data or 0) * PER_CENT,
            },
            "rule": {"all": criteria},
        }


def answers_of(rule: dict[str, Any]) -> dict[str, Any]:
    """Return the answers that would make this rule, to fill the form with."""
    criteria = {one.get("criterion"): one for one in rule.get("rule", {}).get("all", [])}
    credit = rule.get("credits", {})
    every = criteria.get(REQUIRED_SESSIONS)
    return {
        "threshold": criteria.get(ATTENDANCE, {}).get("threshold_bp", 8000) // PER_CENT,
        "every_session": every is not None,
        "excused_counts": bool(every and every.get("excused_counts")),
        "late_limit": credit.get("late_limit_minutes", 15),
        "late_credit": credit.get("late_bp", 10_000) // PER_CENT,
        "too_late_credit": credit.get("too_late_bp", 5_000) // PER_CENT,
        "excused_share": credit.get("max_excused_bp", 2_500) // PER_CENT,
        "early": bool(rule.get("early")),
    }


def is_plain(rule: dict[str, Any]) -> bool:
    """Tell whether the form can ask for everything that this rule says."""
    criteria = rule.get("rule", {}).get("all")
    if not isinstance(criteria, list):
        return False
    kinds = [one.get("criterion") for one in criteria]
    asked = {ATTENDANCE, REQUIRED_SESSIONS}
    named = [one for one in criteria if one.get("sessions", "all") != "all"]
    once = len(set(kinds)) == len(kinds)
    return once and ATTENDANCE in kinds and set(kinds) <= asked and not named


class ApplyForm(Form):
    """Why another policy is applied to a run."""

    reason = StringField(_l("Reason"), [required(), at_most(500)])


class WaiverForm(Form):
    """Why a criterion is waived."""

    reason = StringField(_l("Reason"), [required(), at_most(500)])


class ReviewForm(Form):
    """What becomes of a completion under review."""

    outcome = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice("uphold", _l("Uphold: the completion and its certificate stand")),
            SelectChoice("reissue", _l("Reissue: it stands, and the certificate is issued anew")),
            SelectChoice("reverse", _l("Reverse: the completion is taken back")),
        ],
        validators=[required()],
    )
    reason = TextAreaField(_l("Reason"), [required(), at_most(2000)])
