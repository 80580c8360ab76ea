"""What people of the demo agreed to study, and what was recognised of it."""

from collections.abc import Mapping
from uuid import UUID

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.demo.exchanges.scales import HOME, HOST
from app.demo.exchanges.sides import Sides
from app.exchanges.queries import learning_agreements as agreement_queries
from app.exchanges.queries import mobilities, scales
from app.exchanges.queries import recognition as decisions
from app.exchanges.rules.learning_agreements import Component, Table
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements, recognition, transcripts
from app.exchanges.services.transcripts import Line
from app.exchanges.states.recognition import LineOutcome

_STUDIED = (("Clinical reasoning", "MED-401", "12"), ("Medical ethics", "MED-417", "6"))
_LINES = {
    "SUMHS": (
        Line("临床推理 Clinical reasoning", 750, "优秀", LineOutcome.PASSED, "MED-401"),
        Line("医学伦理 Medical ethics", 375, "良好", LineOutcome.PASSED, "MED-417"),
        Line("体育 Sports", 100, "", LineOutcome.NOT_TAKEN, "SPO-100"),
    ),
    "UNIBL": (
        Line("Клиничко закључивање", 1200, "9", LineOutcome.PASSED, "KZ-8"),
        Line("Медицинска етика", 600, "8", LineOutcome.PASSED, "ME-2"),
    ),
}
_SCHEMES = {"SUMHS": "cn", "UNIBL": "ects"}
_SCALES = {"SUMHS": HOST, "UNIBL": HOME}
_REGISTRARS = {"SUMHS": "registrar_shanghai", "UNIBL": "registrar"}


def agree(person: Actor, stay_id: UUID, home: Actor, host: Actor) -> None:
    """Have the person write a learning agreement and all three sign it."""
    drafts.begin(person, stay_id)
    number = stay_id.int % 9000 + 1000
    drafts.save_facts(
        person,
        stay_id,
        {
            "global_id": f"urn:schac:personalUniqueCode:int:esi:most.example:{number}",
            "birth_date": "2003-04-17",
            "citizenship": "BA",
            "gender": "9",
            "home_unit": "Faculty of Medicine",
            "host_unit": "School of Clinical Medicine",
            "language": "en",
            "cefr": "B2",
        },
    )
    for title, code, ects in _STUDIED:
        studied = Component(Table.STUDIED, title, code=code, term=(2, 2), credits=(("ects", ects),))
        drafts.add_component(person, stay_id, studied)
    at_home = Component(
        Table.RECOGNISED, "Klinička medicina", code="KM-8", term=(2, 2), credits=(("ects", "18"),)
    )
    drafts.add_component(person, stay_id, at_home)
    agreement = agreement_queries.of_stay(stay_id)
    assert agreement is not None  # noqa: S101 -- begun just before
    shown = agreement.proposal_id
    learning_agreements.sign_student(person, stay_id, proposal_id=shown)
    learning_agreements.sign_home(
        home, stay_id, proposal_id=shown, position="Departmental coordinator"
    )
    learning_agreements.approve_host(host, stay_id, proposal_id=shown, position="Coordinator")


def certify(stay_id: UUID, sides: Sides, staff: Mapping[str, UUID], *, decided: bool) -> None:
    """Have the host release its transcript, and the registrar at home decide what it counts."""
    stay = mobilities.locked(stay_id)
    scale = scales.newest_of(stay.receiving_institution_id, _SCALES[sides.host])
    assert scale is not None  # noqa: S101 -- laid down before
    transcripts.write(
        sides.host_office,
        stay_id,
        scale_id=scale.id,
        credit_scheme=_SCHEMES[sides.host],
        lines=_LINES[sides.host],
    )
    transcripts.release(sides.host_office, stay_id)
    if not decided:
        return
    registrar = actor_for(staff[_REGISTRARS[sides.home]])
    recognition.prepare(registrar, stay_id)
    version = decisions.of_stay(stay_id)[0].version
    recognition.decide(registrar, stay_id, reference=f"19/3.{stay_id.int % 900}", version=version)
