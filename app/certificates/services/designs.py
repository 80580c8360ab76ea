"""Making, changing, publishing and retiring designs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import services as audit
from app.certificates import policies, queries
from app.certificates.models import Design, DesignVersion
from app.certificates.queries.eligibility import letters_missing
from app.certificates.snapshots import PLACEHOLDERS, unknown_placeholders
from app.certificates.wording import TEXTS
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.files import services as files
from app.files.images import cleaned
from app.files.models import StoredFile
from app.institutions.models import Institution

MOST_SIGNATORIES = 3
LONGEST = {"title": 120, "lead": 160, "body": 800}
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@atomic()
def create(actor: Actor, institution_id: UUID, name: str, languages: list[str]) -> Design:
    """Begin a design of an institution with a first draft in these languages."""
    policies.may_design.require(actor, institution_id)
    institution = db.session.get(Institution, institution_id)
    if institution is None:
        raise NotFound(_("There is no such institution."))
    design = Design(institution_id=institution_id, name=_named(name))
    layout = {
        "languages": languages,
        "texts": {code: TEXTS[code] for code in languages if code in TEXTS},
        "signatories": [],
        "accent": institution.brand_colour.lower(),
        "second": "#b08d3c",
        "pattern": institution.code,
        "images": {},
        "logo": "",
        "valid_years": None,
    }
    _with_logo_of(institution, layout)
    check(layout)
    db.session.add(design)
    db.session.flush()
    _draft(actor, design, layout, number=1)
    audit.record(
        actor,
        "certificates.create_design",
        design.id,
        kind="certificate_design",
        institution_id=institution_id,
        changes={"name": [None, design.name]},
    )
    return design


@atomic()
def save(
    actor: Actor, design_id: UUID, name: str, layout: Mapping[str, Any], *, expected: str
) -> DesignVersion:
    """Change the draft of a design; a published version stays as it is and a draft follows it.

    `expected` is the stamp (`stamp_of`) of what the writer saw; raises Conflict when another
    saved since, and Invalid naming the field.
    """
    design = _locked(actor, design_id)
    newest = _newest(design_id)
    if stamp_of(newest) != expected:
        raise Conflict(_("Somebody else changed this design in the meantime. Reload the page."))
    check(layout)
    before = {"name": design.name, "layout": newest.layout}
    design.name = _named(name)
    if newest.published_at is None:
        newest.layout = dict(layout)
        newest.version += 1
        version = newest
    else:
        version = _draft(actor, design, layout, number=newest.number + 1)
    audit.record(
        actor,
        "certificates.save_design",
        design.id,
        kind="certificate_design",
        institution_id=design.institution_id,
        changes={
            "name": [before["name"], design.name],
            "layout": [before["layout"], dict(layout)],
            "number": [newest.number, version.number],
        },
    )
    return version


@atomic()
def publish(actor: Actor, design_id: UUID) -> DesignVersion:
    """Freeze the draft: certificates are issued by it from now on, and nobody changes it."""
    design = _locked(actor, design_id)
    newest = _newest(design_id)
    if newest.published_at is not None:
        raise Conflict(_("This version is published already."))
    check(newest.layout)
    newest.published_at = now()
    audit.record(
        actor,
        "certificates.publish_design",
        design.id,
        kind="certificate_design",
        institution_id=design.institution_id,
        changes={"published": [None, newest.number]},
    )
    return newest


@atomic()
def retire(actor: Actor, design_id: UUID, *, is_retired: bool = True) -> Design:
    """Offer a design no more for new certificates, or again."""
    design = _locked(actor, design_id)
    if design.is_retired != is_retired:
        audit.record(
            actor,
            "certificates.retire_design" if is_retired else "certificates.restore_design",
            design.id,
            kind="certificate_design",
            institution_id=design.institution_id,
            changes={"is_retired": [design.is_retired, is_retired]},
        )
        design.is_retired = is_retired
    return design


@atomic()
def keep_picture(actor: Actor, institution_id: UUID, data: bytes, field: str) -> tuple[str, str]:
    """Keep a logo or signature for a design; return its digest and media type."""
    policies.may_design.require(actor, institution_id)
    media_type, picture = cleaned(data, field=field)
    file = files.keep(
        actor,
        picture,
        name=f"{field}.{media_type.partition('/')[2]}",
        media_type=media_type,
        purpose="certificate_art",
        owner_id=actor.user_id,
        institution_id=institution_id,
    )
    return file.sha256, media_type


def stamp_of(version: DesignVersion) -> str:
    """Return what tells one saved state of a design from the next."""
    return f"{version.number}.{version.version}"


def check(layout: Mapping[str, Any]) -> None:
    """Refuse a layout that could not be printed; raises Invalid naming the field."""
    languages = layout["languages"]
    if len(languages) not in {1, 2} or len(set(languages)) != len(languages):
        raise Invalid(_("Choose one language, or two that differ."), field="second_language")
    for code in languages:
        if code not in LOCALES:
            raise Invalid(_("We do not speak that language."), field="first_language")
        _check_texts(layout["texts"].get(code, {}), LOCALES[code])
    for field in ("accent", "second"):
        if not _COLOUR.fullmatch(layout[field]):
            raise Invalid(_("Write a colour such as #0c665d."), field=field)
    _check_signatories(layout["signatories"])


def _check_signatories(people: Sequence[Mapping[str, Any]]) -> None:
    if len(people) > MOST_SIGNATORIES:
        raise Invalid(_("There is room for three signatories."))
    for number, person in enumerate(people, start=1):
        for part in ("name", "role"):
            for text in person[part].values():
                _check_letters(text, f"{part}_{number}")


def _check_texts(texts: Mapping[str, str], language: str) -> None:
    for part, longest in LONGEST.items():
        text = texts.get(part, "").strip()
        if not text:
            raise Invalid(_("Write this in %(language)s.", language=language), field=part)
        if len(text) > longest:
            raise Invalid(
                _(
                    "%(language)s: use at most %(max)s characters.",
                    language=language,
                    max=longest,
                ),
                field=part,
            )
        if unknown := unknown_placeholders(text):
            raise Invalid(
                _(
                    "%(name)s is nothing that can be filled in. There are: %(known)s.",
                    name="{" + unknown[0][:40] + "}",
                    known=", ".join("{" + name + "}" for name in PLACEHOLDERS),
                ),
                field=part,
            )
        _check_letters(text.replace("\n", " "), part)


def _check_letters(text: str, field: str) -> None:
    if missing := letters_missing(text):
        raise Invalid(
            _("This cannot be printed: %(characters)s.", characters=" ".join(missing[:5])),
            field=field,
        )


def _named(name: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise Invalid(_("Give the design a name."), field="name")
    return text[:120]


def _with_logo_of(institution: Institution, layout: dict[str, Any]) -> None:
    logo = db.session.get(StoredFile, institution.logo_id) if institution.logo_id else None
    if logo is not None and logo.media_type in {"image/png", "image/jpeg"}:
        layout["logo"] = logo.sha256
        layout["images"] = {logo.sha256: logo.media_type}


def _draft(
    actor: Actor, design: Design, layout: Mapping[str, Any], *, number: int
) -> DesignVersion:
    version = DesignVersion(
        design_id=design.id,
        number=number,
        layout=dict(layout),
        published_at=None,
        created_by=actor.user_id,
    )
    db.session.add(version)
    return version


def _locked(actor: Actor, design_id: UUID) -> Design:
    query = (
        select(Design)
        .where(Design.id == design_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    design = db.session.scalars(query).one_or_none()
    if design is None or not policies.may_design(actor, design.institution_id):
        raise NotFound(_("There is no such design."))
    return design


def _newest(design_id: UUID) -> DesignVersion:
    found = queries.designs.newest_version(design_id)
    if found is None:
        raise NotFound(_("There is no such design."))
    return found
