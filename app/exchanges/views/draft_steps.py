"""The steps of filling in an application: which there are, their forms, what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.forms.answers import AnswersForm, answers_form
from app.exchanges.forms.steps import StepForm, about_form, wishes_form
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import FormVersion
from app.exchanges.policies import applications as policies
from app.exchanges.queries import applications as queries
from app.exchanges.queries import calls, quota_terms
from app.exchanges.queries import readiness as readiness_queries
from app.exchanges.queries.readiness import Readiness
from app.exchanges.queries.travellers import citizenships_of
from app.exchanges.rules import facts as fact_rules
from app.exchanges.rules import forms
from app.exchanges.rules.eligibility import facts_needed
from app.exchanges.services import drafts
from app.exchanges.words import answers as answer_words
from app.exchanges.words import applications as words
from app.exchanges.words.findings import Explained, explain
from app.exchanges.words.forms import fault_in_words
from app.institutions import queries as institutions
from app.web.access import actor

DOCUMENTS, DECLARATIONS, REVIEW = "documents", "declarations", "review"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the list of steps shows it."""

    key: str
    title: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """An application in its applicant's hands, with all that its pages show beside the step."""

    application: Application
    form: FormVersion
    ready: Readiness
    wishes: list[queries.Wish]
    steps: list[Step]

    def next_of(self, key: str) -> str:
        """Return the step after this one."""
        keys = [one.key for one in self.steps]
        return keys[min(keys.index(key) + 1, len(keys) - 1)]

    def title_of(self, key: str) -> str:
        """Return the title of a step; raises NotFound when there is no such step."""
        for one in self.steps:
            if one.key == key:
                return one.title
        raise NotFound(_("This form has no such step."))

    def findings(self) -> list[Explained]:
        """Return what the rules say of the application as it stands now, in words."""
        rules = self.ready.rule_set.rules if self.ready.rule_set else []
        home = self.application.call.institution.name.in_(current_locale())
        return explain(self.ready.findings, rules, home)

    def terms(self) -> list[tuple[str, list[Explained]]]:
        """Return what the agreements with the hosts wished for ask, in words."""
        return terms_of(self.application, self.wishes)


def terms_of(
    application: Application, wishes: Sequence[queries.Wish]
) -> list[tuple[str, list[Explained]]]:
    """Return what the agreement with each host asks of an applicant, and what is found."""
    locale = current_locale()
    return [
        (queries.named(one.institution, locale), explain(one.findings, one.rules, ""))
        for one in quota_terms.of_wishes(application, wishes)
    ]


def draft_of(application_id: UUID) -> Draft:
    """Return one's own application; NotFound for everybody else's."""
    application = queries.application_for(actor(), application_id)
    if application.applicant_id != actor().user_id:
        raise NotFound(_("There is no such application."))
    form = queries.form_of(application)
    home_id = application.applicant.institution_id
    ready = readiness_queries.readiness(application, now().date(), home_id)
    return Draft(application, form, ready, ready.wanted, _steps(application, form, ready))


def is_open(draft: Draft) -> bool:
    """Tell whether the draft may still be changed and sent, by the server's clock."""
    application = draft.application
    return policies.is_writable(application) and drafts.is_in_time(application)


def form_for(draft: Draft, step: str) -> StepForm | AnswersForm:
    """Return the form of a step, filled with what is stored; raises NotFound."""
    draft.title_of(step)
    application = draft.application
    if step == drafts.ABOUT:
        rules = draft.ready.rule_set.rules if draft.ready.rule_set else []
        units = institutions.units_of([application.institution_id], in_use=True)
        terms = quota_terms.rules_of_call(application.call_id)
        names = fact_rules.asked(facts_needed([*rules, *terms]))
        known = {"citizenship": citizenships_of(application.applicant_id)} | application.facts
        return about_form(names, known, application.unit_id, units)
    places = [(one.id, _place(one)) for one in calls.destinations(application.call_id)]
    chosen = [one.destination_id for one in draft.wishes]
    most = application.call.max_preferences
    if step == drafts.WISHES:
        return wishes_form(places, most, chosen)
    question = forms.preferences_field(draft.form.fields)
    answers = dict(application.answers)
    if question is not None:
        answers[str(question["id"])] = [str(one) for one in chosen]
    offered = {str(key): name for key, name in places}
    number = drafts.step_number(step)
    return answers_form(draft.form.fields, number, answers, destinations=offered, most=most)


def show_faults(form: StepForm | AnswersForm, draft: Draft, faults: Mapping[str, str]) -> None:
    """Show beside each field why what was typed could not be kept."""
    if isinstance(form, AnswersForm):
        for question in form.questions:
            fault = faults.get(str(question["id"]))
            if fault:
                shown = form.field_of(question)
                shown.errors = [*shown.errors, fault_in_words(forms.AnswerFault(fault), question)]
        return
    most = {"type": "preferences", "limits": {"max": draft.application.call.max_preferences}}
    form.show_faults(
        {
            name: fault_in_words(forms.AnswerFault(fault), most)
            if name == "wishes"
            else str(words.FACT_FAULTS.get(name, words.CHOOSE))
            for name, fault in faults.items()
        }
    )


def stored_lines(draft: Draft, step: str) -> list[answer_words.Line]:
    """Return what is stored of a step, in words: shown beside what another window typed."""
    application = draft.application
    if step == drafts.ABOUT:
        unit = application.unit_id
        known = institutions.unit_names([unit]) if unit else {}
        names = [name.in_(current_locale()) for name in known.values()]
        return answer_words.about_lines(application.facts, *names)
    locale, wanted = current_locale(), queries.preferences_of(application.id)
    lines = [queries.named(one.institution, locale) for one in wanted]
    wishes = [answer_words.Line("wishes", _("Where you want to go"), "; ".join(lines))]
    if step == drafts.WISHES:
        return wishes
    asked = forms.in_step(draft.form.fields, drafts.step_number(step))
    plain = [one for one in asked if one["type"] != forms.FieldType.PREFERENCES]
    found = [
        answer_words.answer_line(one, application.answers.get(str(one["id"]))) for one in plain
    ]
    return found if len(plain) == len(asked) else [*wishes, *found]


def _place(place: Any) -> str:
    return f"{place.institution.name.in_(current_locale())}, {place.institution.country}"


def _steps(application: Application, form: FormVersion, ready: Readiness) -> list[Step]:
    saved = application.saved
    steps = [Step(drafts.ABOUT, _("About you"), not ready.facts and drafts.ABOUT in saved)]
    for number in forms.steps_of(form.fields):
        key = f"{drafts.FORM}-{number}"
        asked = {str(one["id"]) for one in forms.in_step(form.fields, number)}
        title = answer_words.step_title(form.steps, number)
        title = title or _("Questions, part %(number)s", number=number)
        steps.append(Step(key, title, not asked & set(ready.answers) and key in saved))
    if forms.preferences_field(form.fields) is None and calls.destinations(application.call_id):
        steps.append(Step(drafts.WISHES, _("Where you want to go"), not ready.wishes))
    if ready.has_requirements:
        steps.append(Step(DOCUMENTS, _("Documents"), not ready.gaps))
    steps.append(Step(DECLARATIONS, _("Declarations"), not ready.consents))
    return [*steps, Step(REVIEW, _("Check and send"), False)]
