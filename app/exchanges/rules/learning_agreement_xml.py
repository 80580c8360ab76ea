"""Reading learning agreements as EWP writes them (omobility-las 1.2), strictly.

Names are read without their namespaces, so that parts of a message can be read too. A document
type is refused before anything in it is believed: it could only name or define entities.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from app.exchanges.rules.learning_agreement_checks import Side, Signature, Signed, WholeAgreement
from app.exchanges.rules.learning_agreements import (
    REASONS,
    AgreementKind,
    Component,
    Content,
    Table,
)

LONGEST = 2_000_000
"""Bytes of a message that we read."""

DEEPEST = 40

LISTS = {
    "components-studied": Table.STUDIED,
    "components-recognized": Table.RECOGNISED,
    "virtual-components": Table.VIRTUAL,
    "blended-mobility-components": Table.BLENDED,
    "short-term-doctoral-components": Table.DOCTORAL,
}
SNAPSHOTS = {
    "first-version": "first",
    "approved-changes": "approved",
    "changes-proposal": "proposal",
}
_SIDES = {
    "student-signature": "student",
    "sending-hei-signature": "home",
    "receiving-hei-signature": "host",
}
_STUDENT = {
    "given-names": "given_names",
    "family-name": "family_name",
    "global-id": "global_id",
    "birth-date": "birth_date",
    "citizenship": "citizenship",
    "gender": "gender",
    "email": "email",
}
_REASON_CODES = frozenset(code for codes in REASONS.values() for code in codes)
_NO_ELEMENT = Element("none")


class UnreadableMessage(ValueError):
    """A message that is not XML as we take it; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a host answers to a proposal: it approves or comments on the one it names."""

    proposal_id: str
    is_approved: bool
    signature: Signature
    comment: str = ""


def tree(data: bytes) -> Element:
    """Read a message into elements without namespaces; raises UnreadableMessage."""
    if len(data) > LONGEST:
        raise UnreadableMessage("too long")
    parser = expat.ParserCreate(namespace_separator=" ")
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableMessage("too deep")
        builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(name))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableMessage(str(error)) from None
    return builder.close()


def agreements(root: Element) -> Iterator[WholeAgreement]:
    """Yield the agreements of a get response."""
    for one in root.iter("la"):
        yield _agreement(one)


def snapshots(parent: Element) -> dict[str, Signed]:
    """Return the snapshots that an element holds: first, approved, proposal."""
    return {
        SNAPSHOTS[child.tag]: Signed(
            Content(tuple(_components(child)), _facts(child.find("student"))),
            {
                _SIDES[one.tag]: _signature(one)
                for one in child
                if isinstance(one.tag, str) and one.tag in _SIDES
            },
            child.get("id", ""),
        )
        for child in parent
        if isinstance(child.tag, str) and child.tag in SNAPSHOTS
    }


def updates(parent: Element) -> Iterator[Update]:
    """Yield the answers of a host that an update request holds."""
    for child in parent:
        if child.tag in ("approve-proposal-v1", "comment-proposal-v1"):
            yield Update(
                _text(child, "changes-proposal-id"),
                child.tag == "approve-proposal-v1",
                _signature(child.find("signature")),
                _text(child, "comment"),
            )


def _agreement(one: Element) -> WholeAgreement:
    found = snapshots(one)
    return WholeAgreement(
        kind=_kind(one),
        home=_side(one.find("sending-hei")),
        host=_side(one.find("receiving-hei")),
        student=_facts(one.find("student")),
        starts=_text(one, "start-date") or _text(one, "start-year-month"),
        ends=_text(one, "end-date") or _text(one, "end-year-month"),
        isced=_text(one, "isced-f-code"),
        language=_text(one, "student-language-skill/language"),
        cefr=_text(one, "student-language-skill/cefr-level"),
        first=found.get("first"),
        approved=found.get("approved"),
        proposal=found.get("proposal"),
    )


def _kind(one: Element) -> AgreementKind:
    names = {child.tag for child in one.iter()}
    if "blended-mobility-components" in names:
        return AgreementKind.BLENDED
    if "short-term-doctoral-components" in names:
        return AgreementKind.DOCTORAL
    return AgreementKind.SEMESTERS


def _components(parent: Element) -> Iterator[Component]:
    for child in parent:
        if child.tag in LISTS:
            for one in child.iterfind("component"):
                yield _component(LISTS[child.tag], one)


def _component(table: Table, one: Element) -> Component:
    reason = one.get("reason-code") or one.get("reason") or ""  # `reason` in older messages
    return Component(
        table=table,
        title=_text(one, "title"),
        code=_text(one, "los-code"),
        los_id=_text(one, "los-id"),
        loi_id=_text(one, "loi-id"),
        term=_term(one.find("term-id")),
        credits=tuple(
            (_text(credit, "scheme"), _text(credit, "value")) for credit in one.iterfind("credit")
        ),
        description=_text(one, "short-description"),
        recognition=_text(one, "recognition-conditions"),
        status=one.get("status", ""),
        reason_code=reason if reason in _REASON_CODES else "",
        reason_text=one.get("reason-text", ""),
    )


def _term(one: Element | None) -> tuple[int, int] | None:
    if one is None:
        return None
    number, total = _text(one, "term-number"), _text(one, "total-terms")
    return (int(number), int(total)) if _is_small(number) and _is_small(total) else (0, 0)


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3  # noqa: PLR2004 -- terms of a year


def _signature(one: Element | None) -> Signature:
    found = _NO_ELEMENT if one is None else one
    return Signature(
        at=_text(found, "timestamp"),
        name=_text(found, "signer-name"),
        position=_text(found, "signer-position"),
        email=_text(found, "signer-email"),
        application=_text(found, "signer-app"),
    )


def _side(one: Element | None) -> Side:
    found = _NO_ELEMENT if one is None else one
    return Side(_text(found, "hei-id"), _text(found, "ounit-name"))


def _facts(one: Element | None) -> dict[str, str]:
    if one is None:
        return {}
    found = {ours: _text(one, theirs) for theirs, ours in _STUDENT.items()}
    return {name: value for name, value in found.items() if value}


def _text(parent: Element, path: str) -> str:
    return " ".join((parent.findtext(path) or "").split())


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_document_type(*_about: object) -> NoReturn:
    raise UnreadableMessage("a document type is not taken")
