"""Adding and changing institutions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import Text, atomic, db
from app.core.errors import Conflict, Invalid
from app.core.events import announce
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.core.names import InvalidName, clean_line, search_text
from app.files import images
from app.files import services as files
from app.institutions import policies, queries, rules
from app.institutions.events import InstitutionRenamed
from app.institutions.models import Institution

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of an institution besides its code and logo."""

    name: Mapping[str, str]
    city: Mapping[str, str]
    country: str
    timezone: str
    subdivision: str = ""
    website: str = ""
    brand_colour: str = "#0c665d"
    is_active: bool = True


@atomic()
def create(
    actor: Actor,
    code: str,
    details: Details,
    *,
    is_centre: bool = False,
    is_partner: bool = False,
) -> UUID:
    """Add an institution, or a partner of exchanges; raises Forbidden, Invalid naming the field."""
    (policies.may_add_partner if is_partner else policies.may_create).require(actor, None)
    checked = rules.code_from(code)
    if checked is None:
        raise Invalid(_("Use 2 to 10 capitals and digits, such as UBL."), field="code")
    if queries.is_code_taken(checked):
        raise Invalid(_("Another institution has this code."), field="code")
    institution = Institution(
        code=checked, is_centre=is_centre, is_partner=is_partner, name=Text(), city=Text()
    )
    if is_partner:
        institution.added_by_id = policies.office_of(actor)
    changes = _write(institution, details)
    db.session.add(institution)
    db.session.flush()
    _note(actor, "institutions.create", institution, changes | {"code": [None, checked]})
    return institution.id


@atomic()
def edit(actor: Actor, institution_id: UUID, details: Details, *, version: int) -> None:
    """Change an institution; raises Conflict when somebody changed it since it was shown."""
    institution = queries.locked(institution_id)
    policies.may_edit.require(actor, institution)
    if institution.version != version:
        raise Conflict(_("Somebody else changed this institution in the meantime."))
    if details.is_active != institution.is_active:
        policies.may_create.require(actor, None)
    if changes := _write(institution, details):
        _note(actor, "institutions.edit", institution, changes)
        if changes.keys() & {"name", "city"}:
            announce(InstitutionRenamed(institution.id))


@atomic()
def set_logo(actor: Actor, institution_id: UUID, data: bytes) -> None:
    """Keep a picture as the logo; raises Invalid for what is none."""
    institution = queries.locked(institution_id)
    policies.may_edit.require(actor, institution)
    media_type, clean = images.cleaned(data, field="logo", side=800)
    stored = files.keep(
        actor,
        clean,
        name=f"logo-{institution.code.lower()}.{'png' if media_type == 'image/png' else 'jpg'}",
        media_type=media_type,
        purpose="logo",
        owner_id=institution.id,
        institution_id=institution.id,
    )
    before, institution.logo_id = institution.logo_id, stored.id
    _note(actor, "institutions.set_logo", institution, {"logo": [before, stored.id]})


@atomic()
def remove_logo(actor: Actor, institution_id: UUID) -> None:
    """Show no logo; the file stays, for certificates may carry it."""
    institution = queries.locked(institution_id)
    policies.may_edit.require(actor, institution)
    before, institution.logo_id = institution.logo_id, None
    _note(actor, "institutions.set_logo", institution, {"logo": [before, None]})


def _write(institution: Institution, details: Details) -> dict[str, list[Any]]:
    """Check and set every field; return what changed."""
    values = {
        **asdict(details),
        "name": _text(details.name, "name"),
        "city": _text(details.city, "city"),
        "country": _country(details.country),
        "timezone": _zone(details.timezone),
        "subdivision": _or_refuse(
            rules.subdivision_from(details.subdivision),
            _("Use at most 6 capitals and digits, such as RS."),
            "subdivision",
        ),
        "website": _or_refuse(
            rules.website_from(details.website[:300]),
            _("Write an address that begins with https:// or http://."),
            "website",
        ),
        "brand_colour": _colour(details.brand_colour),
    }
    changes = {}
    for name, value in values.items():
        before = getattr(institution, name)
        if before != value:
            changes[name] = [before, value]
            setattr(institution, name, value)
    spelt = [*institution.name.values(), *institution.city.values(), institution.code]
    institution.search_text = search_text(*spelt)[:1000]
    return changes


def _text(given: Mapping[str, str], field: str) -> Text:
    kept = Text()
    for locale, text in given.items():
        if locale not in LOCALES or not text.strip():
            continue
        try:
            kept[locale] = clean_line(text, longest=_LONGEST)
        except InvalidName as error:
            raise Invalid(error.message, field=field) from error
    if not kept.get("en"):
        raise Invalid(_("Write this in English at least."), field=field)
    return kept


def _country(typed: str) -> str:
    code = typed.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():  # noqa: PLR2004 -- ISO 3166-1
        raise Invalid(_("Choose a country."), field="country")
    return code


def _zone(typed: str) -> str:
    if typed not in available_timezones():
        raise Invalid(_("There is no such time zone."), field="timezone")
    return typed


def _colour(typed: str) -> str:
    colour = _or_refuse(
        rules.colour_from(typed), _("Write a colour as # and six digits."), "brand_colour"
    )
    if rules.contrast_with_white(colour) < rules.LEAST_CONTRAST:
        raise Invalid(_("White text cannot be read on this colour; take a darker one."),
                      field="brand_colour")  # fmt: skip
    return colour


def _or_refuse(value: str | None, message: str, field: str) -> str:
    if value is None:
        raise Invalid(message, field=field)
    return value


def _note(
    actor: Actor, action: str, institution: Institution, changes: dict[str, list[Any]]
) -> None:
    audit.record(
        actor,
        action,
        institution.id,
        kind="institution",
        institution_id=institution.id,
        changes=changes,
    )
