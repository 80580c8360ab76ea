"""Pages that show learning agreements: one of them, its versions side by side, the list."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.audit import queries as audit
from app.core.clock import now
from app.core.database import Text
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value
from app.exchanges.policies import learning_agreements as policies
from app.exchanges.policies.parties import in_mobility, works_in_an_office
from app.exchanges.queries import equivalences
from app.exchanges.queries import learning_agreement_pages as pages
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.rules.learning_agreements import AgreementKind
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services.coordinators import OFFICES
from app.exchanges.states.parties import Party
from app.exchanges.views.blueprint import bp
from app.exchanges.words import learning_agreements as words
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.pages import page, see_other, tell


@bp.get("/exchanges/stays/<uuid:mobility_id>/learning-agreement")
@signed_in
def learning_agreement(mobility_id: UUID) -> ResponseReturnValue:
    """Show the agreement of a stay and what the reader can do with it."""
    stay, agreement = pages.begun(actor(), mobility_id)
    parties = in_mobility(actor(), stay)
    names = [side for side, office in OFFICES.items() if office in parties]
    people = queries.coordinators(stay)
    if agreement is None:
        begins = Party.APPLICANT in parties and stay.state not in policies.READ_ONLY
        return page(
            mobility=stay, people=people, names=names, reading=None, begins=begins, words=words
        )
    reading = pages.reading(actor(), mobility_id)
    today = now().date()
    is_home = policies.is_home_side(parties)
    return page(
        mobility=stay,
        people=people,
        names=names,
        reading=reading,
        shown=reading.shown,
        since=reading.since(actor().user_id),
        offers=equivalences.offers(stay, reading.components, today) if reading.writes else [],
        suggestions=(
            equivalences.suggestions(stay, reading.components, today) if reading.writes else []
        ),
        host_courses=equivalences.host_courses,
        home_courses=equivalences.home_courses,
        decides=Party.HOME_COORDINATOR in parties,
        history=audit.history(agreement.id) if is_home else [],
        words=words,
    )


@bp.post("/exchanges/stays/<uuid:mobility_id>/learning-agreement/begin")
@signed_in
def learning_agreement_begin(mobility_id: UUID) -> ResponseReturnValue:
    """Begin one's agreement, then say who one is."""
    agreement = drafts.begin(actor(), mobility_id)
    tell(_("The draft is begun. First, please check what is known about you."))
    is_staff = agreement.kind == AgreementKind.TEACHING
    where = "learning_agreement_teaching" if is_staff else "learning_agreement_facts"
    return see_other(f"exchanges.{where}", mobility_id=mobility_id)


@bp.get("/exchanges/stays/<uuid:mobility_id>/learning-agreement/compare")
@signed_in
def learning_agreement_compare(mobility_id: UUID) -> ResponseReturnValue:
    """Show the first version, what is agreed and what is proposed side by side."""
    reading = pages.reading(actor(), mobility_id)
    return page(
        mobility=reading.stay,
        reading=reading,
        columns=reading.columns,
        since=reading.since(actor().user_id),
        words=words,
    )


@bp.get("/exchanges/stays/<uuid:mobility_id>/learning-agreement/print")
@signed_in
def learning_agreement_print(mobility_id: UUID) -> ResponseReturnValue:
    """Show the agreement as a document on paper."""
    reading = pages.reading(actor(), mobility_id)
    return page(
        mobility=reading.stay,
        reading=reading,
        shown=reading.shown,
        words=words,
    )


@bp.get("/exchanges/learning-agreements")
@signed_in
def learning_agreements_list() -> ResponseReturnValue:
    """List the agreements that the reader has to do with, those that wait for them apart."""
    text, waiting = _asked()
    found = queries.lines(
        actor(),
        words=text,
        waiting=waiting,
        sort=request.args.get("sort", ""),
        cursor=request.args.get("cursor"),
    )
    checks = works_in_an_office(actor())
    return page(page=found, text=text, waiting=waiting, checks=checks, words=words)


@bp.get("/exchanges/learning-agreements/<uuid:agreement_id>")
@signed_in
def learning_agreement_by_id(agreement_id: UUID) -> ResponseReturnValue:
    """Lead from the trail to the agreement's page."""
    stay_id = queries.stay_of(actor(), agreement_id)
    return see_other("exchanges.learning_agreement", mobility_id=stay_id)


@bp.get("/exchanges/learning-agreements/export.<string(maxlength=4):ending>")
@signed_in
def learning_agreements_file(ending: str) -> ResponseReturnValue:
    """Save the same list as CSV or XLSX."""
    kind = kind_of(ending)
    text, waiting = _asked()
    locale = current_locale()
    headers = [_("Stay"), _("Name"), _("From"), _("To"), _("First day"), _("Last day")]
    headers += [_("State"), _("Agreed last")]
    rows: list[list[Value]] = [
        [
            row.number,
            row.display_name,
            Text(row.home).in_(locale),
            Text(row.host).in_(locale),
            row.planned_from,
            row.planned_until,
            str(words.LABELS[row.state]),
            row.agreed_at.date() if row.agreed_at else None,
        ]
        for row in queries.all_lines(actor(), words=text, waiting=waiting)
    ]
    return download(_("Learning agreements"), headers, rows, kind)


def _asked() -> tuple[str, bool]:
    return request.args.get("q", "")[:200], request.args.get("show", "") == "waiting"
