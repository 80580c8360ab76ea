"""Pages of agreements: the list, one agreement with its versions and places, and the balance."""

from collections.abc import Mapping
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.database import Text
from app.core.errors import Forbidden
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value
from app.courses.forms.choices import id_of
from app.exchanges.forms.agreements import CapacityForm, NewAgreementForm
from app.exchanges.models.agreements import Agreement
from app.exchanges.policies import agreements as policies
from app.exchanges.policies.parties import OFFICE, in_agreement, works_in_an_office
from app.exchanges.queries import agreement_lists as lists
from app.exchanges.queries import agreements as queries
from app.exchanges.queries import quotas
from app.exchanges.rules.academic_years import academic_year_of, year_label
from app.exchanges.services import agreements as services
from app.exchanges.services.quotas import change_capacity
from app.exchanges.states.agreements import AgreementState
from app.exchanges.views.blueprint import bp
from app.exchanges.words import agreements as words
from app.institutions.models import Institution
from app.institutions.queries import active, names, partners_of
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.once import once
from app.web.pages import page, see_other, tell


@bp.get("/exchanges/agreements")
@signed_in
def agreements_list() -> ResponseReturnValue:
    """List the agreements of the offices one works in."""
    _require_office()
    wanted = _wanted()
    found = lists.agreements(actor(), wanted, request.args.get("cursor"))
    years = lists.years_of([row.id for row in found.items])
    writes = works_in_an_office(actor())
    return page(
        page=found, wanted=wanted, years=years, words=words, year_label=year_label, writes=writes
    )


@bp.get("/exchanges/agreements/export.<string(maxlength=4):ending>")
@signed_in
def agreements_file(ending: str) -> ResponseReturnValue:
    """Save the same list as CSV or XLSX."""
    kind = kind_of(ending)
    _require_office()
    locale = current_locale()
    headers = [_("Code"), _("Title"), _("Institution"), _("Partner"), _("Version")]
    headers += [_("State"), _("Last day")]
    rows: list[list[Value]] = [
        [
            row.code,
            row.title,
            Text(row.home).in_(locale),
            Text(row.partner).in_(locale),
            row.number,
            str(words.AGREEMENT_LABELS[row.state]),
            row.ends_on,
        ]
        for row in lists.all_agreements(actor(), _wanted())
    ]
    return download(_("Agreements"), headers, rows, kind)


@bp.route("/exchanges/agreements/new", methods=["GET", "POST"])
@signed_in
@once
def agreement_new() -> ResponseReturnValue:
    """Begin an agreement with a partner."""
    if not works_in_an_office(actor()):
        raise Forbidden(_("Exchange offices write agreements of their own institution."))
    ours = _offices()
    form = NewAgreementForm()
    form.offer(list(ours.values()), _partners(ours))
    made: list[UUID] = []

    def act() -> None:
        home, partner = id_of(form.institution_id.data), id_of(form.partner_id.data)
        if home is not None and partner is not None:
            version = services.write(actor(), home, partner, form.head())
            made.append(version.id)

    if not form.accepted(act):
        return page(form=form, has_choice=len(ours) > 1)
    tell(_("The draft is begun. Add what it promises."))
    return see_other("exchanges.agreement_version", version_id=made[0])


@bp.get("/exchanges/agreements/<uuid:agreement_id>")
@signed_in
def agreement_detail(agreement_id: UUID) -> ResponseReturnValue:
    """Show an agreement: its versions, its places by year, and the balance."""
    agreement = queries.agreement_for(actor(), agreement_id)
    versions = queries.versions_of(actor(), agreement)
    side = agreement.institution_id if _is_ours(agreement) else agreement.partner_id
    other = agreement.partner_id if _is_ours(agreement) else agreement.institution_id
    places = quotas.of_agreement(agreement.id)
    return page(
        agreement=agreement,
        versions=versions,
        standing=queries.standing_version(agreement.id),
        may_write=policies.may_keep(actor(), agreement)
        and not any(one.state in queries.UNDER_WAY for one in versions)
        and not any(one.state == AgreementState.TERMINATING for one in versions),
        keeps=policies.may_keep(actor(), agreement),
        quotas=places,
        taken=quotas.taken(actor(), places),
        names=names([agreement.institution_id, agreement.partner_id]),
        balance=quotas.balance(side, other),
        this_year=academic_year_of(now().date()),
        year_label=year_label,
        words=words,
    )


@bp.post("/exchanges/agreements/<uuid:agreement_id>/versions")
@signed_in
@once
def agreement_new_version(agreement_id: UUID) -> ResponseReturnValue:
    """Begin another version; what is in force stays so until both have signed."""
    queries.agreement_for(actor(), agreement_id)
    version = services.new_version(actor(), agreement_id)
    tell(_("A new version is begun. What is in force stays so until both sides have signed."))
    return see_other("exchanges.agreement_version", version_id=version.id)


@bp.route("/exchanges/places/<uuid:quota_id>/capacity", methods=["GET", "POST"])
@signed_in
def agreement_capacity(quota_id: UUID) -> ResponseReturnValue:
    """Note the consent of both sides to another number of places in one year."""
    quota = quotas.quota(quota_id)
    agreement = queries.agreement_for(actor(), quota.agreement_id)
    policies.may_keep.require(actor(), agreement)
    agreement_id = agreement.id
    form = CapacityForm(data={"persons": quota.capacity_persons})
    if form.accepted(
        lambda: change_capacity(actor(), quota_id, form.persons.data or 0, form.reason.data or "")
    ):
        tell(_("The places are changed."))
        return see_other("exchanges.agreement_detail", agreement_id=agreement_id)
    quota = quotas.quota(quota_id)
    return page(
        form=form,
        agreement=queries.agreement_for(actor(), agreement_id),
        quota=quota,
        taken=quotas.taken(actor(), [quota])[quota_id],
        changes=quotas.changes_of(quota_id),
        names=names([agreement.institution_id, agreement.partner_id]),
        year_label=year_label,
        words=words,
    )


@bp.get("/exchanges/agreements/balance")
@signed_in
def agreements_balance() -> ResponseReturnValue:
    """Show what went out and came in, by partner and year."""
    _require_office()
    ours = _offices()
    chosen = _chosen(ours)
    return page(
        ours=ours,
        chosen=chosen,
        rows=quotas.balance(chosen) if chosen else [],
        year_label=year_label,
    )


@bp.get("/exchanges/agreements/balance/export.<string(maxlength=4):ending>")
@signed_in
def agreements_balance_file(ending: str) -> ResponseReturnValue:
    """Save the balance as CSV or XLSX."""
    kind = kind_of(ending)
    _require_office()
    chosen = _chosen(_offices())
    locale = current_locale()
    headers = [_("Academic year"), _("Partner"), _("Places out"), _("Went out")]
    headers += [_("Places in"), _("Came in"), _("Difference")]
    rows: list[list[Value]] = [
        [
            year_label(row.academic_year),
            row.partner.in_(locale),
            row.out_places,
            row.out_used,
            row.in_places,
            row.in_used,
            row.difference,
        ]
        for row in (quotas.balance(chosen) if chosen else [])
    ]
    return download(_("Balance of exchanges"), headers, rows, kind)


def _require_office() -> None:
    if not (works_in_an_office(actor()) or actor().holds("registrar")):
        raise Forbidden(_("Exchange offices keep agreements."))


def _is_ours(agreement: Agreement) -> bool:
    parties = {str(party) for party in in_agreement(actor(), agreement)}
    return parties != {"host_officer"}


def _offices() -> Mapping[UUID, Institution]:
    where = actor().institutions(*OFFICE, "registrar")
    return {one.id: one for one in active() if where is None or one.id in where}


def _partners(ours: Mapping[UUID, Institution]) -> list[Institution]:
    only = next(iter(ours)) if len(ours) == 1 else UUID(int=0)
    return list(partners_of(only))


def _chosen(ours: Mapping[UUID, Institution]) -> UUID | None:
    wanted = id_of(request.args.get("institution"))
    if wanted in ours:
        return wanted
    home = actor().institution_id
    return home if home in ours else next(iter(ours), None)


def _wanted() -> lists.Wanted:
    sort = request.args.get("sort", "code")
    state = request.args.get("state", "")
    return lists.Wanted(
        text=request.args.get("q", "")[:200],
        state=AgreementState(state) if state in set(AgreementState) else None,
        sort=sort.removeprefix("-") if sort.removeprefix("-") in lists.SORTS else "code",
        falling=sort.startswith("-"),
    )
