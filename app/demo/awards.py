"""The certificates of the demo: a design of each institution, and those that were issued."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.accounts.queries import actor_for
from app.certificates import queries
from app.certificates.models import Certificate
from app.certificates.reasons import Kind, Reason
from app.certificates.services import designs, issuing, withdrawing
from app.certificates.services.issuing import Order
from app.core.actor import Actor
from app.core.database import db
from app.demo.accounts import confirm_names
from app.demo.plans import Phase
from app.demo.runs import Planned
from app.demo.story import completed_in

LANGUAGES = {
    "CIC": ["en", "zh_Hans_CN"],
    "UNIBL": ["sr_Cyrl", "en"],
    "SUMHS": ["zh_Hans_CN", "en"],
    "UNSA": ["bs", "en"],
}
_SIGNATORIES = {
    "CIC": ({"en": "Tamara Babić"}, {"en": "Head of the Centre", "zh_Hans_CN": "中心主任"}),
    "UNIBL": (
        {"en": "Goran Stanković", "sr_Cyrl": "Горан Станковић"},
        {"en": "Vice-Rector", "sr_Cyrl": "Проректор"},
    ),
    "SUMHS": (
        {"en": "Zhao Jianjun", "zh_Hans_CN": "赵建军"},
        {"en": "Dean of International Education", "zh_Hans_CN": "国际教育学院院长"},
    ),
    "UNSA": ({"en": "Emir Hadžić"}, {"en": "Vice-Dean", "bs": "Prodekan"}),
}

CERTIFIED = ("TT-110-A", "EDU-205-A", "IP-305-A", "IP-101-A")
"""Runs whose certificates are issued; the others wait for the registrar."""

UNCONFIRMED = 1
"""How many people of each of these runs have yet to confirm their names."""


def make_designs(centre: Actor, places: Mapping[str, UUID]) -> dict[str, Order]:
    """Design and publish a certificate of each institution; return how to order by it."""
    made = {}
    for code, languages in LANGUAGES.items():
        design = designs.create(centre, places[code], "Certificate of completion", languages)
        draft = queries.designs.newest_version(design.id)
        assert draft is not None  # noqa: S101 -- just made
        name, role = _SIGNATORIES[code]
        layout = {**draft.layout, "signatories": [{"name": name, "role": role, "image": ""}]}
        designs.save(centre, design.id, design.name, layout, expected=designs.stamp_of(draft))
        version = designs.publish(centre, design.id)
        made[code] = Order(version.id, Kind.COMPLETION)
    return made


def order_certificates(
    by_code: Mapping[str, Planned],
    orders: Mapping[str, Order],
    staff: Mapping[str, UUID],
    centre: Actor,
) -> list[UUID]:
    """Have certificates made: most by the worker; return those that are to be there at once."""
    at_once: list[UUID] = []
    shown = {staff["trainee"], staff["trainee_shanghai"]}
    for planned in by_code.values():
        if planned.idea.phase != Phase.CLOSED:
            continue
        done = completed_in(planned)
        confirmed = done[: len(done) - UNCONFIRMED]
        confirm_names(person_id for person_id, _ in confirmed)
        if planned.code not in CERTIFIED:
            continue
        actor = actor_for(staff["registrar"]) if planned.owner in ("CIC", "UNIBL") else centre
        order = orders[planned.owner]
        first = [one for one in confirmed if one[0] in shown]
        if planned.code == CERTIFIED[0]:
            first += [one for one in confirmed if one[0] not in shown][:1]
        for _, enrolment_id in first:
            made = issuing.prepare(
                actor, planned.run_id, enrolment_id, order, is_printed_later=True
            )
            at_once.append(made.id)
        rest = [enrolment_id for _, enrolment_id in confirmed]
        rest = [one for one in rest if one not in {enrolment_id for _, enrolment_id in first}]
        issuing.issue_for_run(actor, planned.run_id, order, rest)
    return at_once


def print_certificates(ids: Collection[UUID], registrar: Actor, kept: Collection[UUID]) -> None:
    """Print what is to be there at once, and revoke the one whose holder nobody signs in as.

    Should this be interrupted, the worker prints them.
    """
    for certificate_id in ids:
        issuing.print_and_issue(certificate_id)
    found = db.session.scalars(
        select(Certificate.id).where(Certificate.id.in_(ids), Certificate.holder_id.not_in(kept))
    )
    for certificate_id in found.all():
        withdrawing.revoke(
            registrar,
            certificate_id,
            Reason.ISSUED_IN_ERROR,
            "The register showed another person of the same name.",
        )
