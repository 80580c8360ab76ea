"""Forms of the register."""

from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, StringField  # type: ignore[attr-defined]  # newer than its stubs

from app.attendance.states import StatusKind
from app.attendance.words import STATUS_LABELS
from app.core.i18n import lazy_gettext as _l
from app.web.forms import Form, at_most, between, optional, required

DAY = 24 * 60


class MarkForm(Form):
    """One mark with all that it can say."""

    status = RadioField(
        _l("Mark"),
        choices=[SelectChoice(kind.value, STATUS_LABELS[kind]) for kind in StatusKind],
        validators=[required()],
    )
    minutes_late = IntegerField(
        _l("Minutes late, or missed at the end"), [optional(), between(0, DAY)]
    )
    minutes_present = IntegerField(_l("Minutes present"), [optional(), between(0, DAY)])
    note = StringField(_l("Note"), [at_most(500)], description=_l("Only staff can read it."))
    reason = StringField(_l("Why it is changed"), [at_most(500)])
    version = HiddenField()


class UnlockForm(Form):
    """Why a closed register is opened again."""

    reason = StringField(_l("Reason"), [required(), at_most(500)])
