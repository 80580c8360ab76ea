"""What a learning agreement says, in three snapshots, and what may be done with them.

They are what all three signed first, the changes to it that all three approved, and a proposal.
After EWP's omobility-las 1.2: approved changes and a proposal are cumulative, that is, they say
everything that differs from the first version.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any, Generic, TypeVar

from app.core.errors import Conflict
from app.core.i18n import gettext as _

V = TypeVar("V")


class AgreementKind(StrEnum):
    """Which tables an agreement has."""

    SEMESTERS = "semesters"
    BLENDED = "blended"
    DOCTORAL = "doctoral"
    TEACHING = "teaching"


class Table(StrEnum):
    """A table of the agreement; A and B replace each other as groups, never row by row."""

    STUDIED = "studied"
    RECOGNISED = "recognised"
    VIRTUAL = "virtual"
    BLENDED = "blended"
    DOCTORAL = "doctoral"


TABLES = {
    AgreementKind.SEMESTERS: (Table.STUDIED, Table.RECOGNISED, Table.VIRTUAL),
    AgreementKind.BLENDED: (Table.BLENDED,),
    AgreementKind.DOCTORAL: (Table.DOCTORAL,),
    AgreementKind.TEACHING: (),
}
SHORT_KINDS = frozenset({AgreementKind.BLENDED, AgreementKind.DOCTORAL})
"""Kinds whose first version is final unless the installation says otherwise."""

OF_HOST = frozenset(Table) - {Table.RECOGNISED}
"""Tables whose components the host teaches."""


class Status(StrEnum):
    """How a component differs from the first version."""

    INSERTED = "inserted"
    DELETED = "deleted"


REASONS = {
    Status.DELETED: ("not-available", "language-mismatch", "timetable-conflict"),
    Status.INSERTED: ("substituting-deleted", "extending-mobility", "adding-virtual-component"),
}
"""The reason codes of EWP, each for one kind of change; a code not listed counts as none."""

STUDENT_CHANGES = ("given_names", "family_name", "global_id", "birth_date")
"""Facts about the student whose change the host has to approve; others just change."""


_ALWAYS = ("table", "title")


@dataclass(frozen=True, slots=True)
class Component:
    """One row of a table; `term` is (number, of how many), `credits` are (scheme, amount)."""

    table: Table
    title: str
    code: str = ""
    los_id: str = ""
    loi_id: str = ""
    term: tuple[int, int] | None = None
    credits: tuple[tuple[str, str], ...] = ()
    description: str = ""
    recognition: str = ""
    status: str = ""
    reason_code: str = ""
    reason_text: str = ""

    @property
    def plain(self) -> "Component":
        """The same without what makes it a change."""
        return replace(self, status="", reason_code="", reason_text="")

    @property
    def key(self) -> str:
        """What addresses it in a list: the same for equal components, whatever their status."""
        return sha256(canonical(self.plain.as_json())).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """Return what is not empty, as JSON holds it."""
        values = asdict(self).items()
        return {name: _listed(value) for name, value in values if value or name in _ALWAYS}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Component":
        """Read what `as_json` wrote."""
        known = {one.name: values[one.name] for one in fields(cls) if one.name in values}
        known["table"] = Table(values["table"])
        if known.get("term"):
            number, total = known["term"]
            known["term"] = (number, total)
        known["credits"] = tuple((scheme, amount) for scheme, amount in known.get("credits", ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Content:
    """What one snapshot says; `details` and `teaching` are whole, `student` only what changed."""

    components: tuple[Component, ...] = ()
    student: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    teaching: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON holds it, in the order in which it was entered."""
        return {
            "components": [one.as_json() for one in self.components],
            "student": dict(self.student),
            "details": dict(self.details),
            "teaching": dict(self.teaching),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Content":
        """Read what `as_json` wrote."""
        return cls(
            tuple(map(Component.from_json, values.get("components", ()))),
            dict(values.get("student", {})),
            dict(values.get("details", {})),
            dict(values.get("teaching", {})),
        )

    @property
    def id(self) -> str:
        """The name of exactly this content: it changes if and only if the content does."""
        return fingerprint(self.as_json())


def canonical(values: Mapping[str, Any]) -> bytes:
    """Write content so that two that say the same are the same bytes.

    The order of components, spare spaces, how a letter is composed and 6.0 for 6 say nothing.
    """
    return dumps(
        _normal(values), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form as hexadecimal text."""
    return sha256(canonical(values)).hexdigest()


def amount(text: str) -> Decimal:
    """Return an amount of credits; text that is none counts as nothing."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() else Decimal(0)


@dataclass(frozen=True, slots=True)
class Snapshots(Generic[V]):
    """The three snapshots of one agreement, and the id under which the proposal is known."""

    first: V | None = None
    approved: V | None = None
    proposal: V | None = None
    proposal_id: str = ""

    def propose(self, content: V, proposal_id: str) -> "Snapshots[V]":
        """Let a proposal replace whatever was proposed before."""
        return replace(self, proposal=content, proposal_id=proposal_id)

    def approve(self, quoted_id: str, finished: V) -> "Snapshots[V]":
        """Let the quoted proposal be agreed; raises Conflict when another one stands."""
        self.require(quoted_id)
        if self.first is None:
            return Snapshots(first=finished)
        return Snapshots(first=self.first, approved=finished)

    def withdraw(self, quoted_id: str) -> "Snapshots[V]":
        """Take away the quoted proposal, as after a comment of the host; raises Conflict."""
        self.require(quoted_id)
        return replace(self, proposal=None, proposal_id="")

    def require(self, quoted_id: str) -> None:
        """Raise Conflict unless this is the proposal that stands now."""
        if self.proposal is None or quoted_id != self.proposal_id:
            raise Conflict(
                _(
                    "The proposal was changed after you opened it. Nothing was signed: open the"
                    " agreement again and look at what is proposed now."
                )
            )


def effective(first: Content | None, changes: Content | None) -> tuple[Component, ...]:
    """Return what holds: the first version without what was deleted, with what was inserted.

    While there is no first version the changes are the whole tables. A deletion of what the first
    version does not hold deletes nothing.
    """
    if first is None:
        return tuple(one.plain for one in changes.components) if changes else ()
    changed = changes.components if changes else ()
    gone = Counter(one.key for one in changed if one.status == Status.DELETED)
    left = []
    for one in first.components:
        if gone[one.key]:
            gone[one.key] -= 1
        else:
            left.append(one.plain)
    return (*left, *(one.plain for one in changed if one.status == Status.INSERTED))


def with_component(first: Content | None, draft: Content, component: Component) -> Content:
    """Return the draft with one more component; one that it deleted comes back instead."""
    added = component.plain
    if first is not None:
        back = restored(draft, added.key)
        if back is not draft:
            return back
        added = replace(component, status=Status.INSERTED)
    return replace(draft, components=(*draft.components, added))


def marked(component: Component, status: str) -> Component:
    """Return the component as that kind of change; with its reasons unless it is none."""
    return replace(component, status=status) if status else component.plain


def without_component(
    first: Content | None, draft: Content, key: str, *, reason_code: str = "", reason_text: str = ""
) -> Content | None:
    """Return the draft without a component; None when what holds has no such component."""
    mine = [one for one in draft.components if one.status != Status.DELETED and one.key == key]
    if mine:
        left = list(draft.components)
        left.remove(mine[-1])
        return replace(draft, components=tuple(left))
    standing = [one for one in effective(first, draft) if one.key == key]
    if first is None or not standing:
        return None
    gone = replace(
        standing[0], status=Status.DELETED, reason_code=reason_code, reason_text=reason_text
    )
    return replace(draft, components=(*draft.components, gone))


def restored(draft: Content, key: str) -> Content:
    """Return the draft without its deletion of a component; the same when there is none."""
    for one in draft.components:
        if one.status == Status.DELETED and one.key == key:
            left = list(draft.components)
            left.remove(one)
            return replace(draft, components=tuple(left))
    return draft


@dataclass(frozen=True, slots=True)
class Difference:
    """What one list of components lost and gained to become another."""

    removed: tuple[Component, ...] = ()
    added: tuple[Component, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


def difference(before: Sequence[Component], after: Sequence[Component]) -> Difference:
    """Compare two lists; equal components meet once each."""
    return Difference(_beyond(before, after), _beyond(after, before))


def totals(components: Iterable[Component]) -> dict[str, Decimal]:
    """Return the credits of a list, by scheme."""
    found: dict[str, Decimal] = {}
    for one in components:
        for scheme, value in one.credits:
            found[scheme] = found.get(scheme, Decimal(0)) + amount(value)
    return found


def _beyond(some: Sequence[Component], others: Sequence[Component]) -> tuple[Component, ...]:
    left = Counter(one.key for one in others)
    found = []
    for one in some:
        if left[one.key]:
            left[one.key] -= 1
        else:
            found.append(one)
    return tuple(found)


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, tuple) else value


def _normal(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    if isinstance(value, Mapping):
        named = {key: _normal(one, key) for key, one in value.items()}
        return {key: one for key, one in named.items() if one not in ("", None)}
    if name == "credits":
        return sorted(
            [_normal(scheme), f"{amount(worth).normalize():f}"] for scheme, worth in value
        )
    if isinstance(value, list | tuple):
        rows = [_normal(one) for one in value]
        return sorted(rows, key=_in_letters) if name == "components" else rows
    return value


def _in_letters(value: Any) -> str:
    return dumps(value, sort_keys=True)
