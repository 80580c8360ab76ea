"""Forms about other people."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import DateField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.accounts.directory import Place
from app.accounts.forms.choices import choices_of, language_choices, option, pairs
from app.accounts.forms.entry import LONGEST_NAME
from app.accounts.queries.people import SORTS, Search
from app.accounts.rules import LONGEST_ADDRESS, may_grant
from app.accounts.states import AccountState, NameOrder, Role
from app.accounts.words import ORDER_LABELS, ROLE_LABELS
from app.core.actor import Actor
from app.core.i18n import current_locale
from app.core.i18n import lazy_gettext as _
from app.web.forms import Form, at_most, required

EVERYWHERE = "everywhere"


def search_from(arguments: MultiDict[str, str]) -> Search:
    """Return what a list of people is narrowed to; what makes no sense is as if not asked."""
    sort = arguments.get("sort", "name")
    return Search(
        text=" ".join(arguments.get("q", "").split())[:200],
        role=next((role for role in Role if role == arguments.get("role")), None),
        state=next((state for state in AccountState if state == arguments.get("state")), None),
        institution_id=_uuid(arguments.get("institution", "")),
        sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "name",
        descending=sort.startswith("-"),
    )


class GrantForm(Form):
    """A role, where it counts and until when."""

    role = SelectField(_("Role"), validators=[required()])
    institution = SelectField(_("Institution"), validators=[required()])
    begins = DateField(_("From"), [Optional()], description=_("Empty: from now on."))
    until = DateField(
        _("Until"), [Optional()], description=_("The last day; empty: until it is taken away.")
    )

    def offer(self, actor: Actor, known: Mapping[UUID, Place]) -> None:
        """Offer what this person may give."""
        at = [place for place in known if any(may_grant(actor.roles, r, place) for r in Role)]
        everywhere = may_grant(actor.roles, Role.CENTRE_ADMINISTRATOR, None)
        self.role.choices = [
            option(role.value, label)
            for role, label in ROLE_LABELS.items()
            if everywhere or any(may_grant(actor.roles, role, place) for place in at)
        ]
        named = sorted((known[place].name.in_(current_locale()), str(place)) for place in at)
        last = [(EVERYWHERE, str(_("Everywhere (centre only)")))] if everywhere else []
        self.institution.choices = pairs([*((key, name) for name, key in named), *last])

    @property
    def institution_id(self) -> UUID | None:
        """Return where the role counts; None for everywhere."""
        chosen = str(self.institution.data)
        return None if chosen == EVERYWHERE else UUID(chosen)

    def valid_from(self, zone: str) -> datetime | None:
        """Return the first instant of the first day; None for now."""
        return _start_of(self.begins.data, zone)

    def valid_until(self, zone: str) -> datetime | None:
        """Return the end of the last day."""
        last = self.until.data
        return _start_of(last + timedelta(days=1), zone) if last and last < date.max else None


class InvitationForm(GrantForm):
    """Who is invited, into which role."""

    email = EmailField(_("E-mail address"), [required(), at_most(LONGEST_ADDRESS)])
    given = StringField(
        _("Given name"),
        [required(), at_most(LONGEST_NAME)],
        description=_("In Latin letters, as in the passport."),
    )
    family = StringField(_("Family name"), [at_most(LONGEST_NAME)])
    order = SelectField(
        _("Order"),
        choices=choices_of(ORDER_LABELS),
        default=NameOrder.GIVEN_FIRST.value,
    )
    locale = SelectField(_("Language of the mail"), choices=language_choices)


class ReasonForm(Form):
    """Why something is done."""

    reason = TextAreaField(_("Reason"), [required(), at_most(500)], render_kw={"rows": 3})


def _start_of(day: date | None, zone: str) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
