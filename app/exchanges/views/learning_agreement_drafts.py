"""Pages on which a student writes the draft of a learning agreement."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.forms.learning_agreements import (
    ComponentForm,
    FactsForm,
    RemoveForm,
    TeachingForm,
)
from app.exchanges.policies import learning_agreements as policies
from app.exchanges.queries import learning_agreement_pages as pages
from app.exchanges.queries.learning_agreement_pages import Reading
from app.exchanges.rules.learning_agreements import (
    STUDENT_CHANGES,
    TABLES,
    AgreementKind,
    Component,
    Table,
)
from app.exchanges.services import learning_agreement_drafts as services
from app.exchanges.states.calls import AcademicTerm
from app.exchanges.views.blueprint import bp
from app.exchanges.words import learning_agreements as words
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell

TERMS = {
    AcademicTerm.AUTUMN: "1/2",
    AcademicTerm.SPRING: "2/2",
    AcademicTerm.FULL_YEAR: "1/1",
    AcademicTerm.OTHER: "1/1",
}
"""The term that a stay in that part of the year begins with in the form."""

_ADDRESS = "/exchanges/stays/<uuid:mobility_id>/learning-agreement"
_ROW = f"{_ADDRESS}/components/<string(length=16):key>"


@bp.route(f"{_ADDRESS}/facts", methods=["GET", "POST"])
@signed_in
def learning_agreement_facts(mobility_id: UUID) -> ResponseReturnValue:
    """Say who goes and what they study."""
    reading = _writable(mobility_id)
    known = dict(reading.shown["facts"])
    form = FactsForm(data=_typed(known))
    if reading.is_agreed:
        for name in [one.name for one in form if one.name in words.FACTS]:
            if name not in STUDENT_CHANGES:
                delattr(form, name)
    if form.accepted(
        lambda: services.save_facts(
            actor(), mobility_id, known | form.facts() if reading.is_agreed else form.facts()
        )
    ):
        tell(_("Saved."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay, is_change=reading.is_agreed)


@bp.route(f"{_ADDRESS}/teaching", methods=["GET", "POST"])
@signed_in
def learning_agreement_teaching(mobility_id: UUID) -> ResponseReturnValue:
    """Say what a member of staff teaches."""
    reading = _writable(mobility_id)
    if reading.agreement.kind != AgreementKind.TEACHING:
        raise _no_row()
    form = TeachingForm(data=dict(reading.shown["teaching"]))
    if form.accepted(lambda: services.save_teaching(actor(), mobility_id, form.teaching())):
        tell(_("Saved."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay)


@bp.route(f"{_ADDRESS}/tables/<string(maxlength=12):table>/new", methods=["GET", "POST"])
@signed_in
@once
def learning_agreement_component_new(mobility_id: UUID, table: str) -> ResponseReturnValue:
    """Add a row to a table."""
    reading = _writable(mobility_id)
    chosen = _table(reading, table)
    form = ComponentForm(term=TERMS[reading.stay.term])
    form.fit(chosen, is_change=reading.is_agreed)
    if form.accepted(lambda: services.add_component(actor(), mobility_id, form.component(chosen))):
        tell(_("Added. The totals are below the tables."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay, table=chosen, words=words)


@bp.route(_ROW, methods=["GET", "POST"])
@signed_in
def learning_agreement_component(mobility_id: UUID, key: str) -> ResponseReturnValue:
    """Correct a row that nobody has agreed on yet."""
    reading = _writable(mobility_id)
    row = _row(reading, key)
    if reading.is_agreed and key not in reading.pending:
        raise _no_row()
    written = reading.pending.get(key, row)
    form = ComponentForm() if request.method == "POST" else ComponentForm.of(written)
    form.fit(row.table, is_change=reading.is_agreed)
    if form.accepted(
        lambda: services.replace_component(
            actor(), mobility_id, key, _kept(row, form.component(row.table))
        )
    ):
        tell(_("Saved."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay, table=row.table, words=words)


@bp.route(f"{_ROW}/remove", methods=["GET", "POST"])
@signed_in
def learning_agreement_component_remove(mobility_id: UUID, key: str) -> ResponseReturnValue:
    """Take a row out, with a reason when it was agreed on."""
    reading = _writable(mobility_id)
    row = _row(reading, key)
    form = RemoveForm()
    if not reading.is_agreed or key in reading.pending:
        del form.reason_code, form.reason_text
    if form.accepted(
        lambda: services.remove_component(
            actor(),
            mobility_id,
            key,
            reason_code=form.data.get("reason_code") or "",
            reason_text=form.data.get("reason_text") or "",
        )
    ):
        tell(_("Removed."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay, row=row, words=words)


@bp.post(f"{_ROW}/restore")
@signed_in
def learning_agreement_component_restore(mobility_id: UUID, key: str) -> ResponseReturnValue:
    """Bring a row back that the draft removes."""
    services.restore_component(actor(), mobility_id, key)
    tell(_("It is back."))
    return see_other("exchanges.learning_agreement", mobility_id=mobility_id)


def _writable(mobility_id: UUID) -> Reading:
    reading = pages.reading(actor(), mobility_id)
    policies.require_writer(reading.parties, reading.agreement, reading.stay)
    return reading


def _table(reading: Reading, name: str) -> Table:
    for table in TABLES[reading.agreement.kind]:
        if table == name:
            return table
    raise _no_row()


def _row(reading: Reading, key: str) -> Component:
    for one in reading.components:
        if one.key == key:
            return one
    raise _no_row()


def _kept(row: Component, written: Component) -> Component:
    """Keep what the form does not show: ids in the catalogue of the institution."""
    return replace(written, los_id=row.los_id, loi_id=row.loi_id)


def _typed(facts: dict[str, str]) -> dict[str, object]:
    found: dict[str, object] = dict(facts)
    if facts.get("birth_date"):
        found["birth_date"] = date.fromisoformat(facts["birth_date"])
    return found


def _no_row() -> NotFound:
    return NotFound(_("There is no such row in this agreement now."))
