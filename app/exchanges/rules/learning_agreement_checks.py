"""What makes a learning agreement wrong, though its shape is right; each rule has an id.

The rules stand in the annotations of EWP's omobility-las 1.2 get-response.xsd, which its schema
does not enforce, and apply to our own agreements as to those that are read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.exchanges.rules import isced
from app.exchanges.rules.learning_agreements import (
    REASONS,
    SHORT_KINDS,
    TABLES,
    AgreementKind,
    Component,
    Content,
    Status,
    Table,
    effective,
)

STUDENT_FACTS = (
    "given_names",
    "family_name",
    "global_id",
    "birth_date",
    "citizenship",
    "gender",
    "email",
)
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
_CHANGES = ("approved", "proposal")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed and when; a student is known by the agreement itself."""

    at: str
    name: str = ""
    position: str = ""
    email: str = ""
    application: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """One snapshot with its signatures: of the student, of home and of host."""

    content: Content
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One institution of an agreement."""

    institution: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class WholeAgreement:
    """Everything that one agreement says; days are ISO texts, of which the day may be missing."""

    kind: AgreementKind
    home: Side
    host: Side
    student: Mapping[str, str]
    starts: str
    ends: str
    isced: str
    language: str = ""
    cefr: str = ""
    first: Signed | None = None
    approved: Signed | None = None
    proposal: Signed | None = None
    short_may_change: bool = False

    @property
    def snapshots(self) -> Iterator[tuple[str, Signed]]:
        """Yield the snapshots there are, with their names."""
        for name in ("first", "approved", "proposal"):
            found = getattr(self, name)
            if found is not None:
                yield name, found


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that is broken, and by what."""

    rule: str
    where: str = ""


Rule = Callable[[WholeAgreement], Iterator[str]]
RULES: dict[str, Rule] = {}
"""Every rule by its id; it yields what breaks it."""

CONTENT_RULES = frozenset(
    {
        "unit-missing",
        "student-incomplete",
        "dates-out-of-order",
        "isced-not-four-digits",
        "isced-unknown",
        "language-unknown",
        "components-missing",
        "component-in-wrong-table",
        "term-missing",
        "term-impossible",
        "component-twice",
        "status-in-first-version",
        "status-missing-in-change",
        "reason-for-the-other-change",
        "deletes-what-is-not-there",
        "final-after-first-version",
        "teaching-incomplete",
    }
)
"""Rules about what is agreed; the others are about how it was signed."""


def check(agreement: WholeAgreement) -> list[Finding]:
    """Return every rule that is broken, in the order of the rules."""
    return [Finding(name, where) for name, rule in RULES.items() for where in rule(agreement)]


def _rule(name: str) -> Callable[[Rule], Rule]:
    def declare(rule: Rule) -> Rule:
        RULES[name] = rule
        return rule

    return declare


@_rule("snapshot-missing")
def _has_a_snapshot(agreement: WholeAgreement) -> Iterator[str]:
    if agreement.first is None and agreement.proposal is None:
        yield ""


@_rule("changes-before-first-version")
def _changes_follow(agreement: WholeAgreement) -> Iterator[str]:
    if agreement.approved is not None and agreement.first is None:
        yield ""


@_rule("signature-missing")
def _is_signed(agreement: WholeAgreement) -> Iterator[str]:
    # All three sign what is agreed; the host has not signed what is proposed.
    for name, signed in agreement.snapshots:
        wanted = ("student", "home") if name == "proposal" else ("student", "home", "host")
        yield from (f"{name}: {one}" for one in wanted if one not in signed.signatures)


@_rule("proposal-signed-by-host")
def _is_still_open(agreement: WholeAgreement) -> Iterator[str]:
    if agreement.proposal is not None and "host" in agreement.proposal.signatures:
        yield ""


@_rule("proposal-without-id")
def _has_an_id(agreement: WholeAgreement) -> Iterator[str]:
    if agreement.proposal is not None and not agreement.proposal.id:
        yield ""


@_rule("signer-unnamed")
def _signers_are_named(agreement: WholeAgreement) -> Iterator[str]:
    for name, signed in agreement.snapshots:
        for side in ("home", "host"):
            one = signed.signatures.get(side)
            if one is not None and not (one.name and one.position and one.email):
                yield f"{name}: {side}"


@_rule("unit-missing")
def _home_has_a_unit(agreement: WholeAgreement) -> Iterator[str]:
    if not agreement.home.unit:
        yield ""


@_rule("student-incomplete")
def _student_is_known(agreement: WholeAgreement) -> Iterator[str]:
    yield from (name for name in STUDENT_FACTS if not agreement.student.get(name))


@_rule("dates-out-of-order")
def _ends_after_it_starts(agreement: WholeAgreement) -> Iterator[str]:
    known = min(len(agreement.starts), len(agreement.ends))
    if agreement.ends[:known] < agreement.starts[:known]:
        yield f"{agreement.starts} – {agreement.ends}"


@_rule("isced-not-four-digits")
def _field_is_detailed(agreement: WholeAgreement) -> Iterator[str]:
    if not _four_digits(agreement.isced):
        yield agreement.isced


@_rule("isced-unknown")
def _field_is_listed(agreement: WholeAgreement) -> Iterator[str]:
    if _four_digits(agreement.isced) and not isced.is_known(agreement.isced):
        yield agreement.isced


@_rule("language-unknown")
def _language_has_a_level(agreement: WholeAgreement) -> Iterator[str]:
    if not agreement.language or agreement.cefr not in CEFR:
        yield f"{agreement.language} {agreement.cefr}".strip()


@_rule("components-missing")
def _says_what_is_studied(agreement: WholeAgreement) -> Iterator[str]:
    # A semester is about something studied and something recognised; a short stay has one table.
    for name, content, before in _contents(agreement):
        held = {one.table for one in effective(before, content)}
        needed = {Table.STUDIED, Table.RECOGNISED}
        wanted = needed if agreement.kind == AgreementKind.SEMESTERS else TABLES[agreement.kind]
        yield from (f"{name}: {table}" for table in Table if table in wanted and table not in held)


@_rule("component-in-wrong-table")
def _tables_fit(agreement: WholeAgreement) -> Iterator[str]:
    for name, one in _components(agreement):
        if one.table not in TABLES[agreement.kind]:
            yield f"{name}: {one.title}"


@_rule("term-missing")
def _components_have_terms(agreement: WholeAgreement) -> Iterator[str]:
    for name, one in _components(agreement):
        if one.table in (Table.STUDIED, Table.RECOGNISED) and one.term is None:
            yield f"{name}: {one.title}"


@_rule("term-impossible")
def _terms_are_counted(agreement: WholeAgreement) -> Iterator[str]:
    for name, one in _components(agreement):
        if one.term is not None and not 1 <= one.term[0] <= one.term[1]:
            yield f"{name}: {one.title}"


@_rule("component-twice")
def _components_are_listed_once(agreement: WholeAgreement) -> Iterator[str]:
    for name, content, before in _contents(agreement):
        seen = set()
        for one in effective(before, content):
            if one.key in seen:
                yield f"{name}: {one.title}"
            seen.add(one.key)


@_rule("status-in-first-version")
def _first_version_changes_nothing(agreement: WholeAgreement) -> Iterator[str]:
    whole = agreement.first or agreement.proposal
    if whole is not None:
        yield from (one.title for one in whole.content.components if one.status)


@_rule("status-missing-in-change")
def _changes_say_what_they_are(agreement: WholeAgreement) -> Iterator[str]:
    for name, one in _changes(agreement):
        if one.status not in tuple(Status):
            yield f"{name}: {one.title}"


@_rule("reason-for-the-other-change")
def _reasons_fit(agreement: WholeAgreement) -> Iterator[str]:
    for name, one in _components(agreement):
        for status, codes in REASONS.items():
            if one.reason_code in codes and one.status != status:
                yield f"{name}: {one.title}, {one.reason_code}"


@_rule("deletes-what-is-not-there")
def _deletes_from_the_first_version(agreement: WholeAgreement) -> Iterator[str]:
    held = [one.key for one in agreement.first.content.components] if agreement.first else []
    for name in _CHANGES:
        left = list(held)
        for of, one in _changes(agreement):
            if of != name or one.status != Status.DELETED:
                continue
            if one.key in left:
                left.remove(one.key)
            else:
                yield f"{name}: {one.title}"


@_rule("final-after-first-version")
def _short_stays_are_final(agreement: WholeAgreement) -> Iterator[str]:
    is_final = agreement.kind in SHORT_KINDS and not agreement.short_may_change
    if is_final and agreement.first is not None:
        yield from (name for name in _CHANGES if getattr(agreement, name) is not None)


def _four_digits(code: str) -> bool:
    return len(code) == 4 and code.isascii() and code.isdigit()  # noqa: PLR2004 -- a detailed field


def _contents(agreement: WholeAgreement) -> Iterator[tuple[str, Content, Content | None]]:
    first = agreement.first.content if agreement.first else None
    for name, signed in agreement.snapshots:
        yield name, signed.content, None if name == "first" else first


def _components(agreement: WholeAgreement) -> Iterator[tuple[str, Component]]:
    for name, signed in agreement.snapshots:
        yield from ((name, one) for one in signed.content.components)


def _changes(agreement: WholeAgreement) -> Iterator[tuple[str, Component]]:
    if agreement.first is not None:
        yield from ((name, one) for name, one in _components(agreement) if name in _CHANGES)
