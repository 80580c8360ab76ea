"""Pages of one version of an agreement: reading, writing, signing and ending it."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.audit.queries import history
from app.core.clock import now
from app.core.errors import Conflict
from app.core.i18n import gettext as _
from app.courses.forms.catalogue import version_of
from app.exchanges.forms.agreements import HeadForm, InviteForm, NoticeForm, SignForm
from app.exchanges.models.agreements import Agreement, AgreementVersion
from app.exchanges.policies import agreements as policies
from app.exchanges.policies.parties import in_agreement
from app.exchanges.queries import agreements as queries
from app.exchanges.queries import guest_links
from app.exchanges.queries.offices import has_office, require_no_office
from app.exchanges.rules.academic_years import academic_year_of, earliest_end, year_label
from app.exchanges.rules.agreements import changed_lines, is_reordered, terms_hash
from app.exchanges.services import agreements as services
from app.exchanges.services import quotas, signatures
from app.exchanges.states.agreements import AGREEMENT, AgreementState
from app.exchanges.views.blueprint import bp
from app.exchanges.words import agreements as words
from app.exchanges.words.isced import field_title
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.once import once
from app.web.pages import acted, page, see_other, tell

SIGNING = frozenset({"sign", "countersign", "partner_sign", "partner_countersign"})
READ_WITH: dict[str, Any] = {"words": words, "year_label": year_label, "isced_name": field_title}
"""What the page of any terms needs."""


@bp.get("/exchanges/agreements/versions/<uuid:version_id>")
@signed_in
def agreement_version(version_id: UUID) -> ResponseReturnValue:
    """Show what a version says, who signed it, and what can be done with it."""
    agreement, version = queries.version_for(actor(), version_id)
    parties = in_agreement(actor(), agreement)
    terms = queries.shown_terms(agreement, version)
    keeps = policies.may_keep(actor(), agreement)
    conditions = queries.conditions_of(version.id)
    year = academic_year_of(now().date())
    is_open = version.state in queries.UNDER_WAY
    actions = AGREEMENT.open_to(parties, version.state)
    return page(
        agreement=agreement,
        version=version,
        terms=terms,
        terms_hash=version.terms_hash or terms_hash(terms),
        conditions=conditions,
        actions=actions,
        signs=bool(actions & SIGNING),
        writes=keeps and version.state == AgreementState.DRAFT,
        signatures=queries.signatures_of(version.id),
        links=guest_links.of_subject(services.GUEST, version.id) if keeps else [],
        waits=keeps and version.state in {AgreementState.SHARED, AgreementState.APPROVED_BY_US},
        partner_signs=has_office(agreement.partner_id),
        faults=quotas.obstacles(agreement, conditions, year) if is_open and keeps else [],
        former=queries.former_version(version),
        history=history(version.id),
        now_at=now(),
        **READ_WITH,
    )


@bp.get("/exchanges/agreements/versions/<uuid:version_id>/changes")
@signed_in
def agreement_changes(version_id: UUID) -> ResponseReturnValue:
    """Show what a version says otherwise than the one agreed before it."""
    agreement, version = queries.version_for(actor(), version_id)
    former = queries.former_version(version)
    after = queries.shown_terms(agreement, version)
    before = queries.shown_terms(agreement, former) if former else {"conditions": []}
    return page(
        agreement=agreement,
        version=version,
        former=former,
        before=before,
        after=after,
        changes=changed_lines(before["conditions"], after["conditions"]),
        is_reordered=is_reordered(before["conditions"], after["conditions"]),
        **READ_WITH,
    )


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/edit", methods=["GET", "POST"])
@signed_in
def agreement_edit(version_id: UUID) -> ResponseReturnValue:
    """Change the head of a draft."""
    agreement, version = _draft(version_id)
    form = HeadForm(
        data={
            "version": str(version.version),
            "code": agreement.code,
            "title": agreement.title,
            "remarks": version.remarks,
        }
    )
    if not services.is_nameable(version):
        del form.code, form.title

    def act() -> None:
        head = form.head(agreement)
        services.edit(actor(), version_id, head, revision=version_of(form) or 0)

    return _saved(form, act, version_id) or page(
        form=form, agreement=agreement, version=version, status=_conflict(form)
    )


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/share", methods=["GET", "POST"])
@signed_in
def agreement_share(version_id: UUID) -> ResponseReturnValue:
    """Let the partner read a draft, once this was confirmed."""
    _require(version_id, "share")
    done = _("The partner's office is told. Both sides can sign now.")
    return _acted(Form(), lambda: services.share(actor(), version_id), version_id, done)


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/take-back", methods=["GET", "POST"])
@signed_in
def agreement_take_back(version_id: UUID) -> ResponseReturnValue:
    """Make a shared text a draft again, once this was confirmed."""
    _require(version_id, "edit")
    done = _("The text is a draft again. Signatures under it are void.")
    return _acted(Form(), lambda: services.take_back(actor(), version_id), version_id, done)


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/delete", methods=["GET", "POST"])
@signed_in
def agreement_delete(version_id: UUID) -> ResponseReturnValue:
    """Give up a text that nobody signed, once this was confirmed."""
    _require(version_id, "delete")
    done = _("The text is given up.")
    return _acted(Form(), lambda: services.delete(actor(), version_id), version_id, done)


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/notice", methods=["GET", "POST"])
@signed_in
def agreement_notice(version_id: UUID) -> ResponseReturnValue:
    """Give notice, with a day and a reason."""
    _require(version_id, "give_notice")
    form = NoticeForm(data={"ends_on": earliest_end(now().date())})

    def act() -> None:
        day = form.ends_on.data or now().date()
        services.give_notice(actor(), version_id, day, form.reason.data or "")

    done = _("Notice is given. Both offices are told.")
    return _acted(form, act, version_id, done, earliest=earliest_end(now().date()))


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/sign", methods=["GET", "POST"])
@signed_in
@once
def agreement_sign(version_id: UUID) -> ResponseReturnValue:
    """Sign exactly what this page shows, for one's own side."""
    agreement, version = _require(version_id, "sign", "partner_sign")
    open_to = AGREEMENT.open_to(in_agreement(actor(), agreement), version.state)
    for_us = bool(open_to & {"sign", "countersign"})
    act_for = signatures.sign if for_us else signatures.sign_as_partner
    form = SignForm(data={"terms_hash": version.terms_hash})

    def act() -> None:
        shown = form.terms_hash.data or ""
        act_for(actor(), version_id, shown, position=form.position.data or "")

    done = _("You have signed.")
    return _acted(form, act, version_id, done, for_us=for_us)


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/invite", methods=["GET", "POST"])
@signed_in
@once
def agreement_invite(version_id: UUID) -> ResponseReturnValue:
    """Send the text for signing to somebody without an account."""
    agreement, _version = queries.version_for(actor(), version_id)
    policies.may_keep.require(actor(), agreement)
    require_no_office(agreement.partner_id)
    form = InviteForm()

    def act() -> None:
        name, email = form.name.data or "", form.email.data or ""
        signatures.invite(actor(), version_id, name, email, locale=form.locale.data)

    done = _("The link is on its way. It works once, for 30 days.")
    return _acted(form, act, version_id, done)


@bp.post("/exchanges/agreements/links/<uuid:link_id>/withdraw")
@signed_in
def agreement_withdraw_link(link_id: UUID) -> ResponseReturnValue:
    """Let a link work no more."""
    version_id = signatures.withdraw_invitation(actor(), link_id)
    tell(_("The link works no more."))
    return see_other("exchanges.agreement_version", version_id=version_id)


def _require(version_id: UUID, *actions: str) -> tuple[Agreement, AgreementVersion]:
    """Return a version that the actor may read, and do one of these to at some time."""
    agreement, version = queries.version_for(actor(), version_id)
    parties = in_agreement(actor(), agreement)
    if not any(AGREEMENT.allows(parties, action) for action in actions):
        AGREEMENT.require(parties, actions[0])
    return agreement, version


def _draft(version_id: UUID) -> tuple[Agreement, AgreementVersion]:
    agreement, version = queries.version_for(actor(), version_id)
    policies.may_keep.require(actor(), agreement)
    return agreement, version


def _saved(form: Any, act: Any, version_id: UUID) -> ResponseReturnValue | None:
    try:
        return acted(form, act, _("Saved."), "exchanges.agreement_version", version_id=version_id)
    except Conflict as error:
        form.form_errors.append(str(error))
        _agreement, version = queries.version_for(actor(), version_id)
        form.version.data = str(version.version)
        form.version.raw_data = [form.version.data]
        form.is_in_conflict = True
    return None


def _conflict(form: Any) -> int | None:
    return 409 if getattr(form, "is_in_conflict", False) else None


def _acted(form: Form, act: Any, version_id: UUID, done: str, **values: Any) -> ResponseReturnValue:
    """Do it and go back to the version, or show the page that asks, with the text it is about."""
    if answer := acted(form, act, done, "exchanges.agreement_version", version_id=version_id):
        return answer
    agreement, version = queries.version_for(actor(), version_id)
    return page(
        form=form,
        agreement=agreement,
        version=version,
        terms=queries.shown_terms(agreement, version),
        **values,
        **READ_WITH,
    )
