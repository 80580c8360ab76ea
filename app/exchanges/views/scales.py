"""Pages on which a registrar lays down how results count."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses.forms.choices import option
from app.exchanges.forms.scales import (
    CreditRuleForm,
    RecognitionRuleForm,
    ScaleForm,
    TableForm,
)
from app.exchanges.queries import scales as queries
from app.exchanges.rules.grades import distribution_of, scale_of
from app.exchanges.services import scales as services
from app.exchanges.views.blueprint import bp
from app.exchanges.words import recognition as words
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import acted, page, see_other


@bp.get("/exchanges/scales")
@signed_in
def scales_home() -> ResponseReturnValue:
    """List the institutions whose scales and rules one keeps."""
    kept = queries.institutions_kept_by(actor())
    if len(kept) == 1:
        return see_other("exchanges.scales", institution_id=kept[0].id)
    return page(institutions=kept)


@bp.get("/exchanges/institutions/<uuid:institution_id>/scales")
@signed_in
def scales(institution_id: UUID) -> ResponseReturnValue:
    """Show the scales, distributions and rules of an institution."""
    institution = queries.institution_kept_by(actor(), institution_id)
    kept = queries.newest_scales([institution_id])
    tables = queries.tables_of([one.id for one in kept])
    return page(
        institution=institution,
        scales=kept,
        tables={one.id: [t for t in tables if t.scale_id == one.id] for one in kept},
        sizes={
            t.id: distribution_of(scale_of(one.grades), t.counts).size
            for one in kept
            for t in tables
            if t.scale_id == one.id
        },
        credit_rules=queries.credit_rules_of(institution_id),
        recognition_rules=queries.recognition_rules_of(institution_id),
        words=words,
        today=now().date(),
    )


@bp.route("/exchanges/institutions/<uuid:institution_id>/scales/new", methods=["GET", "POST"])
@signed_in
@once
def scale_edit(institution_id: UUID) -> ResponseReturnValue:
    """Write a new version of a scale, beginning with the newest of the same code."""
    institution = queries.institution_kept_by(actor(), institution_id)
    newest = queries.newest_of(institution_id, request.args.get("code", ""))
    if request.method == "POST":
        form = ScaleForm()
    elif newest is not None:
        form = ScaleForm.of(newest.code, newest.name, newest.source, newest.grades)
    else:
        form = ScaleForm.of("", {}, "", [])
    if request.form.get("more"):
        form.add_rows()
        return page(form=form, status=200, institution=institution)

    def save() -> None:
        services.save_scale(
            actor(),
            institution_id,
            code=(form.code.data or "").strip(),
            name=form.name.data or {},
            grades=form.written(),
            source=form.source.data or "",
        )

    if answer := acted(
        form,
        save,
        _("The scale is saved as a new version; what was decided keeps the version it had."),
        "exchanges.scales",
        institution_id=institution_id,
    ):
        return answer
    return page(form=form, institution=queries.institution_kept_by(actor(), institution_id))


@bp.route("/exchanges/scales/<uuid:scale_id>/tables/new", methods=["GET", "POST"])
@signed_in
@once
def scale_table(scale_id: UUID) -> ResponseReturnValue:
    """Enter how often the passing grades of a scale were given."""
    kept = queries.scale(scale_id)
    institution = queries.institution_kept_by(actor(), kept.institution_id)
    grades = scale_of(kept.grades).passing
    form = TableForm()
    form.show(grades)

    def save() -> None:
        services.save_table(
            actor(),
            scale_id,
            isced=(form.isced.data or "").strip(),
            eqf_level=int(form.eqf_level.data),
            years=form.years.data or "",
            counts=form.written(grades),
            source=form.source.data or "",
        )

    if answer := acted(
        form,
        save,
        _("The distribution is saved."),
        "exchanges.scales",
        institution_id=institution.id,
    ):
        return answer
    kept = queries.scale(scale_id)
    return page(form=form, scale=kept, grades=grades, institution_id=kept.institution_id)


@bp.route("/exchanges/institutions/<uuid:institution_id>/credit-rules/new", methods=["GET", "POST"])
@signed_in
@once
def credit_rule(institution_id: UUID) -> ResponseReturnValue:
    """Lay down how credits of one scheme count in another."""
    institution = queries.institution_kept_by(actor(), institution_id)
    asked = {
        name: request.args[name] for name in ("from_scheme", "to_scheme") if name in request.args
    }
    form = CreditRuleForm(data=asked)
    if answer := acted(
        form,
        lambda: services.save_credit_rule(actor(), institution_id, **form.content()),
        _("The rule is saved as a new version."),
        "exchanges.scales",
        institution_id=institution_id,
    ):
        return answer
    return page(form=form, institution=institution)


@bp.route(
    "/exchanges/institutions/<uuid:institution_id>/recognition-rules/new",
    methods=["GET", "POST"],
)
@signed_in
@once
def recognition_rule(institution_id: UUID) -> ResponseReturnValue:
    """Lay down how grades are converted, before anybody's results are known."""
    institution = queries.institution_kept_by(actor(), institution_id)
    form = RecognitionRuleForm()
    locale = current_locale()
    form.scale_code.choices = [
        option(one.code, f"{one.name.in_(locale)} ({one.code})")
        for one in queries.newest_scales([institution_id])
    ]
    if answer := acted(
        form,
        lambda: services.save_recognition_rule(actor(), institution_id, **form.content()),
        _("The rule is saved as a new version."),
        "exchanges.scales",
        institution_id=institution_id,
    ):
        return answer
    return page(form=form, institution=institution)
