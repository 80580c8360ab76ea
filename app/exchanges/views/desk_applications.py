"""One application as its office and chair see it, and what they do with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.accounts.queries import people
from app.core.i18n import current_locale, ngettext
from app.core.i18n import gettext as _
from app.core.names import display_name
from app.courses.forms.choices import option
from app.exchanges.forms.applications import FindingForm, RefuseDocumentForm, RefuseForm
from app.exchanges.forms.selection import ReopenForm, WhyForm
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Criterion
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.policies import applications as policies
from app.exchanges.queries import allocation, chairs, documents, offers
from app.exchanges.queries import applications as queries
from app.exchanges.queries import desk as desk_queries
from app.exchanges.queries import readiness as readiness_queries
from app.exchanges.queries import reviews as review_queries
from app.exchanges.rules.ranking import Line, marks_of
from app.exchanges.services import applications as services
from app.exchanges.services import documents as document_services
from app.exchanges.services import reviews as review_services
from app.exchanges.states.applications import (
    DOCUMENT,
    ApplicationState,
    Conflict,
    DocumentState,
)
from app.exchanges.states.calls import GIVEN_UP
from app.exchanges.states.parties import Party
from app.exchanges.views.applications import findings_of
from app.exchanges.views.blueprint import bp
from app.exchanges.views.desk import back_to_list, due_moment, given, wanted_now
from app.exchanges.views.draft_steps import terms_of
from app.exchanges.words import answers as answer_words
from app.exchanges.words import applications as words
from app.exchanges.words import selection as selection_words
from app.institutions import queries as institutions
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, tell
from app.web.zones import beside

_STEPS = (
    (ApplicationState.SUBMITTED, 1),
    (ApplicationState.UNDER_REVIEW, 2),
    (ApplicationState.RANKED, 3),
    (ApplicationState.SELECTED, 4),
    (ApplicationState.WAIT_LISTED, 4),
    (ApplicationState.CONFIRMED, 5),
    (ApplicationState.NOMINATED, 6),
)


@bp.get("/exchanges/desk/<uuid:application_id>")
@signed_in
def desk_application(application_id: UUID) -> ResponseReturnValue:
    """Show one application to those who decide: what it says, reviews, history, next steps."""
    application = application_to_judge(application_id)
    wanted = wanted_now()
    parties = policies.parties_of(actor(), application)
    in_office = Party.HOME_OFFICER in parties
    is_open = (
        application.state in {ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW}
        and application.call.state not in GIVEN_UP
    )
    sheets = review_queries.standing_of(application.id)
    tie = chairs.tie_of(actor(), application) if Party.CHAIR in parties else None
    content, rubric = content_of(application), allocation.criteria_of(application.call_id)
    points = review_queries.points_of([one.id for one in sheets])
    states = [one.state for shelf in content["shelves"] for one in shelf.standing]
    unchecked = states.count(DocumentState.HANDED_IN)
    return page(
        **content,
        other_names=_other_names(application.applicant),
        handed_in=len(states),
        unchecked=unchecked,
        hints=_hints(application, sheets, unchecked) if is_open else [],
        call=application.call,
        findings=findings_of(application),
        raw_findings=queries.findings_of(application.id),
        history=_history(application),
        sheets=sheets,
        points=points,
        totals=_totals(rubric, sheets, points),
        comments=review_queries.comments_of([one.id for one in sheets]),
        rubric=rubric,
        obstacles=review_queries.obstacles(application) if is_open else [],
        appeals=offers.appeals_of(application.id),
        actions=policies.actions_of(actor(), application),
        in_office=in_office,
        is_chair=Party.CHAIR in parties,
        tie=tie,
        is_barred=tie in chairs.BARRING,
        is_open=is_open,
        steps=_progress(application),
        nearby=desk_queries.beside(actor(), wanted, application) if in_office else None,
        given=given(wanted),
        kept=desk_queries.saved_views(actor()) if in_office else [],
        labels=words,
        selection=selection_words,
        may_write=False,
        may_judge=in_office and is_open,
        gaps={},
        beside=beside,
        in_tens=_in_points,
    )


@bp.route("/exchanges/desk/<uuid:application_id>/refuse", methods=["GET", "POST"])
@signed_in
def desk_refuse(application_id: UUID) -> ResponseReturnValue:
    """Refuse an application by a rule of its call, with words that the applicant reads."""
    application = application_to_judge(application_id)
    form = RefuseForm()
    rules = readiness_queries.rules_of(application.call_id)
    titles = {one.rule_id: one.title for one in findings_of(application)}
    named = [str(one["id"]) for one in (rules.rules if rules else [])]
    form.rule_id.choices = [
        *(option(key, titles.get(key, key)) for key in named),
        option(services.BY_HAND, _("Another reason")),
    ]
    if form.accepted(
        lambda: services.refuse_as_ineligible(
            actor(),
            application_id,
            message=form.message.data or "",
            rule_id=form.rule_id.data or services.BY_HAND,
        )
    ):
        tell(_("The application was refused, and the applicant is told why."))
        return back_to_list("exchanges.desk_application", application_id=application_id)
    return page(form=form, application=application_to_judge(application_id))


@bp.route("/exchanges/findings/<uuid:finding_id>/decide", methods=["GET", "POST"])
@signed_in
def desk_finding(finding_id: UUID) -> ResponseReturnValue:
    """Decide what a rule could not."""
    finding = desk_queries.finding(finding_id)
    application = application_to_judge(finding.application_id)
    application_id = application.id
    form = FindingForm(data={"seen": services.version_of(finding)})
    if form.accepted(
        lambda: services.decide_needs_human(
            actor(),
            finding_id,
            passes=form.passes.data == "yes",
            reason=form.reason.data or "",
            seen=form.seen.data or "",
        )
    ):
        tell(_("The decision is noted."))
        return back_to_list("exchanges.desk_application", application_id=application_id)
    return page(form=form, application=application_to_judge(application_id))


@bp.post("/exchanges/documents/<uuid:document_id>/accept")
@signed_in
def document_accept(document_id: UUID) -> ResponseReturnValue:
    """Accept a document."""
    application, _document = documents.document_for(actor(), document_id)
    application_id = application.id
    document_services.accept(actor(), document_id, seen=request.form.get("seen", ""))
    tell(_("The document is accepted."))
    return back_to_list("exchanges.desk_application", application_id=application_id)


@bp.route("/exchanges/documents/<uuid:document_id>/refuse", methods=["GET", "POST"])
@signed_in
def document_refuse(document_id: UUID) -> ResponseReturnValue:
    """Refuse a document and say what is wrong with it."""
    application, document = documents.document_for(actor(), document_id)
    parties = policies.parties_of(actor(), application)
    DOCUMENT.require(parties, "refuse")
    application_id, form = application.id, RefuseDocumentForm(data={"seen": document.state.value})
    if form.accepted(
        lambda: document_services.refuse(
            actor(), document_id, reason=form.reason.data or "", seen=form.seen.data or ""
        )
    ):
        tell(_("The document is refused, and the applicant is asked for another."))
        return back_to_list("exchanges.desk_application", application_id=application_id)
    application, document = documents.document_for(actor(), document_id)
    return page(form=form, application=application, document=document)


@bp.route("/exchanges/reviews/<uuid:assignment_id>/unassign", methods=["GET", "POST"])
@signed_in
@once
def review_unassign(assignment_id: UUID) -> ResponseReturnValue:
    """Take a review back from a reviewer who has not locked it."""
    application = application_to_judge(review_queries.application_of(assignment_id))
    application_id, form = application.id, WhyForm()
    if form.accepted(
        lambda: review_services.unassign(actor(), assignment_id, reason=form.reason.data or "")
    ):
        tell(_("The review was taken back."))
        return back_to_list("exchanges.desk_application", application_id=application_id)
    return page(form=form, application=application_to_judge(application_id))


@bp.post("/exchanges/reviews/<uuid:assignment_id>/remind")
@signed_in
def review_remind(assignment_id: UUID) -> ResponseReturnValue:
    """Remind a reviewer of what is not locked yet."""
    application_id = review_queries.application_of(assignment_id)
    review_services.remind(actor(), assignment_id)
    tell(_("The reviewer was reminded."))
    return back_to_list("exchanges.desk_application", application_id=application_id)


@bp.route("/exchanges/desk/<uuid:application_id>/reopen", methods=["GET", "POST"])
@signed_in
@once
def review_reopen(application_id: UUID) -> ResponseReturnValue:
    """Have a ranked application judged by one more reviewer."""
    application = application_to_judge(application_id)
    form = ReopenForm()
    people = review_queries.reviewers_at(application.institution_id, application.call_id)
    form.reviewer.choices = [option(str(one.id), one.display_name) for one in people]

    def reopen() -> None:
        due_at = due_moment(form)
        review_services.reopen_review(
            actor(),
            application_id,
            UUID(form.reviewer.data),
            due_at=due_at,
            reason=form.reason.data or "",
        )

    if form.accepted(reopen):
        tell(_("The application is under review again."))
        return back_to_list("exchanges.desk_application", application_id=application_id)
    return page(form=form, application=application_to_judge(application_id))


def application_to_judge(application_id: UUID) -> Application:
    """Return an application for its office or chair; NotFound for everybody else."""
    return desk_queries.application_for(actor(), application_id)


def content_of(application: Application) -> dict[str, Any]:
    """Return what an application says, for the partial templates that show it."""
    form = queries.form_of(application)
    unit = institutions.unit_names([application.unit_id] if application.unit_id else [])
    names = [name.in_(current_locale()) for name in unit.values()]
    wishes = queries.preferences_of(application.id)
    return {
        "application": application,
        "about": answer_words.about_lines(application.facts, *names),
        "parts": answer_words.answer_parts(form.fields, form.steps, application.answers),
        "wishes": wishes,
        "terms": terms_of(application, wishes),
        "shelves": documents.shelves(application),
    }


def _history(application: Application) -> list[dict[str, Any]]:
    steps = queries.steps_of(application, application.call, to_applicant=False)
    names = desk_queries.names_of(step.actor_id for step in steps)
    return [
        {
            "title": words.APPLICATION_MOVES.get(step.action, step.action),
            "text": ". ".join(filter(None, (step.reason, names.get(step.actor_id)))),
            "when": step.at,
            "state": "now" if step is steps[-1] else "done",
        }
        for step in reversed(steps)
    ]


def _hints(
    application: Application, sheets: Sequence[ReviewAssignment], unchecked: int
) -> list[str]:
    """Return what is still to be done before somebody decides, in words."""
    found = []
    if unchecked:
        found.append(
            ngettext(
                "%(num)s document is not checked yet.",
                "%(num)s documents are not checked yet.",
                unchecked,
            )
        )
    left = sum(one.locked_at is None and one.conflict == Conflict.NONE for one in sheets)
    if left and application.state == ApplicationState.UNDER_REVIEW:
        found.append(ngettext("%(num)s review is missing.", "%(num)s reviews are missing.", left))
    return found


def _totals(
    rubric: Sequence[Criterion],
    sheets: Sequence[ReviewAssignment],
    points: Mapping[UUID, Mapping[str, int]],
) -> dict[UUID, int]:
    """Return what each locked sheet comes to, in thousandths of a point of 100."""
    lines = [Line(str(one.id), one.weight, one.max_points) for one in rubric]
    return {
        one.id: marks_of(lines, [points[one.id]]).total
        for one in sheets
        if one.locked_at and lines and all(line.id in points[one.id] for line in lines)
    }


def _other_names(person: User) -> list[str]:
    """Return the names of a person in the scripts that the page does not show already."""
    names = [display_name(one.given, one.family, one.order) for one in people.names_of(person.id)]
    return [one for one in names if one not in person.display_name]


def _progress(application: Application) -> list[tuple[str, str]]:
    """Return the steps of the way with how far it has come."""
    titles = [_("Sent"), _("Checked"), _("Review"), _("Ranking"), _("Decision"), _("Nomination")]
    reached = dict(_STEPS).get(application.state, 1)
    return [
        (title, "done" if number < reached else "now" if number == reached else "")
        for number, title in enumerate(titles)
    ]


def _in_points(milli: int | None) -> str:
    return "" if milli is None else f"{milli / 1000:.1f}"
