"""The designs of an institution's certificates."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.certificates import previews, queries, services
from app.certificates.forms import DesignForm, NewDesignForm, choices_of
from app.certificates.models import Design, DesignVersion
from app.certificates.services.designs import MOST_SIGNATORIES, stamp_of
from app.certificates.snapshots import PLACEHOLDERS
from app.certificates.views import bp
from app.certificates.words import PLACEHOLDER_LABELS
from app.core.errors import Forbidden, NotFound
from app.core.i18n import LOCALES, current_locale
from app.core.i18n import gettext as _
from app.core.throttle import hit
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell
from app.web.uploads import takes_files

PREVIEWS, SECONDS = 20, 60


@bp.get("/certificates/designs")
@signed_in
def designs() -> ResponseReturnValue:
    """List the designs the person may change."""
    if not queries.designs.institutions_for(actor()):
        raise Forbidden(_("Only registrars and administrators make designs."))
    return page(designs=queries.designs.designs_of(actor()), LOCALES=LOCALES)


@bp.route("/certificates/designs/new", methods=["GET", "POST"])
@signed_in
@once
def design_new() -> ResponseReturnValue:
    """Begin a design."""
    places = queries.designs.institutions_for(actor())
    if not places:
        raise Forbidden(_("Only registrars and administrators make designs."))
    form = NewDesignForm()
    form.institution_id.choices = choices_of(
        (str(one.id), one.name.in_(current_locale())) for one in places
    )
    made: list[Design] = []
    if form.accepted(lambda: made.append(_created(form))):
        tell(_("The design is begun. Look at the preview, then publish it."))
        return see_other(".design_edit", design_id=made[0].id)
    return page(form=form)


@bp.route("/certificates/designs/<uuid:design_id>", methods=["GET", "POST"])
@signed_in
@once
@takes_files
def design_edit(design_id: UUID) -> ResponseReturnValue:
    """Change a design; what is published stays, and a new draft follows it."""
    design = queries.designs.design_for(actor(), design_id)
    newest = _newest(design_id)
    form = DesignForm(data=_as_data(design, newest))
    if form.accepted(lambda: _saved(design, newest, form)):
        tell(_("The draft is saved. Certificates use it once it is published."))
        return see_other(".design_edit", design_id=design.id)
    return page(
        form=form,
        design=design,
        newest=newest,
        versions=queries.designs.versions_of(design_id),
        placeholders=[(name, PLACEHOLDER_LABELS[name]) for name in PLACEHOLDERS],
        people=newest.layout["signatories"],
        numbers=range(1, MOST_SIGNATORIES + 1),
    )


@bp.get("/certificates/designs/<uuid:design_id>/preview.pdf")
@signed_in
def design_preview(design_id: UUID) -> ResponseReturnValue:
    """Print the newest version with made-up facts; nothing is stored."""
    design = queries.designs.design_for(actor(), design_id)
    layout = _newest(design_id).layout
    hit(f"preview:{actor().user_id}", limit=PREVIEWS, seconds=SECONDS)
    made = previews.printed(design.institution, layout, is_long="long" in request.args)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="preview.pdf"'
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/certificates/designs/<uuid:design_id>/publish")
@signed_in
def design_publish(design_id: UUID) -> ResponseReturnValue:
    """Put the draft to use."""
    services.designs.publish(actor(), design_id)
    tell(_("The design is published: certificates are printed like this from now on."))
    return see_other(".design_edit", design_id=design_id)


@bp.post("/certificates/designs/<uuid:design_id>/retire")
@signed_in
def design_retire(design_id: UUID) -> ResponseReturnValue:
    """Offer a design no more, or again."""
    is_retired = request.form.get("again") != "yes"
    services.designs.retire(actor(), design_id, is_retired=is_retired)
    tell(_("The design is put away.") if is_retired else _("The design is offered again."))
    return see_other(".designs")


def _newest(design_id: UUID) -> DesignVersion:
    found = queries.designs.newest_version(design_id)
    if found is None:
        raise NotFound(_("There is no such design."))
    return found


def _created(form: NewDesignForm) -> Design:
    languages = [code for code in (form.first_language.data, form.second_language.data) if code]
    name = form.name.data or ""
    return services.designs.create(actor(), UUID(form.institution_id.data), name, languages)


def _as_data(design: Design, version: DesignVersion) -> dict[str, Any]:
    layout = version.layout
    languages = layout["languages"]
    data: dict[str, Any] = {
        "expected": stamp_of(version),
        "name": design.name,
        "first_language": languages[0],
        "second_language": languages[1] if len(languages) > 1 else "",
        "accent": layout["accent"],
        "second": layout["second"],
        "pattern": layout["pattern"],
        "valid_years": layout["valid_years"],
        "no_logo": not layout["logo"],
    }
    for part in ("title", "lead", "body"):
        data[part] = {code: words.get(part, "") for code, words in layout["texts"].items()}
    for number, person in enumerate(layout["signatories"], start=1):
        data[f"name_{number}"], data[f"role_{number}"] = person["name"], person["role"]
    return data


def _saved(design: Design, version: DesignVersion, form: DesignForm) -> None:
    services.designs.save(
        actor(),
        design.id,
        form.name.data or "",
        _layout(design, version.layout, form),
        expected=form.expected.data or "",
    )


def _layout(design: Design, former: dict[str, Any], form: DesignForm) -> dict[str, Any]:
    languages = [code for code in (form.first_language.data, form.second_language.data) if code]
    images: dict[str, str] = {}

    def picture(field: str, kept: str, *, dropped: bool) -> str:
        """Return the digest of the picture to print: the one sent, or the one that was there."""
        sent = form[field].data
        if sent:
            digest, kind = services.designs.keep_picture(
                actor(), design.institution_id, sent.read(), field
            )
        elif kept and not dropped:
            digest, kind = kept, former["images"][kept]
        else:
            return ""
        images[digest] = kind
        return digest

    people = []
    for number in range(1, MOST_SIGNATORIES + 1):
        name = form[f"name_{number}"].data
        if not name:
            continue
        before = former["signatories"][number - 1 : number]
        kept = before[0].get("image", "") if before else ""
        image = picture(f"signature_{number}", kept, dropped=form[f"no_signature_{number}"].data)
        people.append({"name": name, "role": form[f"role_{number}"].data, "image": image})
    written = {*languages, *form.title.data, *form.lead.data, *form.body.data}
    return {
        "languages": languages,
        "texts": {
            code: {part: form[part].data.get(code, "") for part in ("title", "lead", "body")}
            for code in sorted(written)
        },
        "signatories": people,
        "accent": (form.accent.data or "").lower(),
        "second": (form.second.data or "").lower(),
        "pattern": (form.pattern.data or "").strip(),
        "logo": picture("logo", former["logo"], dropped=form.no_logo.data),
        "images": images,
        "valid_years": form.valid_years.data,
    }
