"""The words for learning agreements: states, tables, reasons, rules and deadlines."""

from datetime import date

from babel.dates import format_date

from app.core.i18n import cldr, current_locale
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules.learning_agreement_checks import Finding
from app.exchanges.rules.learning_agreement_deadlines import DeadlineKind
from app.exchanges.rules.learning_agreements import AgreementKind, Table
from app.exchanges.states.learning_agreements import LearningAgreementState, Signer
from app.exchanges.words.fields import EQF_LABELS, country_name, language_name
from app.exchanges.words.isced import field_title

_CODE = 3
"""Letters in the code of a language."""

_S = LearningAgreementState
LABELS: dict[LearningAgreementState, str] = {
    _S.EDITING: _l("With the student"),
    _S.SIGNED_STUDENT: _l("Waiting for home"),
    _S.PROPOSED: _l("Waiting for the host"),
    _S.IN_FORCE: _l("Signed by all three"),
}
CHIPS: dict[LearningAgreementState, str] = {
    _S.EDITING: "draft",
    _S.SIGNED_STUDENT: "sent",
    _S.PROPOSED: "review",
    _S.IN_FORCE: "ok",
}
KINDS: dict[AgreementKind, str] = {
    AgreementKind.SEMESTERS: _l("One or more terms"),
    AgreementKind.BLENDED: _l("Short stay with online parts"),
    AgreementKind.DOCTORAL: _l("Short doctoral stay"),
    AgreementKind.TEACHING: _l("Visit of staff"),
}
TABLES: dict[Table, str] = {
    Table.STUDIED: _l("Table A: studied at the host"),
    Table.RECOGNISED: _l("Table B: recognised at home"),
    Table.VIRTUAL: _l("Table C: online, taught by the host"),
    Table.BLENDED: _l("What the short stay consists of"),
    Table.DOCTORAL: _l("What the doctoral stay consists of"),
}
SIGNERS: dict[Signer, str] = {
    Signer.STUDENT: _l("Student"),
    Signer.HOME: _l("Home coordinator"),
    Signer.HOST: _l("Host coordinator"),
}
TRAVELLER = _l("Member of staff")
"""Who signs first on a visit of staff."""

REASONS: dict[str, str] = {
    "not-available": _l("The component is not available"),
    "language-mismatch": _l("It is taught in another language than was said"),
    "timetable-conflict": _l("It clashes with the timetable"),
    "substituting-deleted": _l("It replaces a deleted component"),
    "extending-mobility": _l("The stay becomes longer"),
    "adding-virtual-component": _l("An online component is added"),
}
DEADLINES: dict[DeadlineKind, str] = {
    DeadlineKind.SIGNED_BY_ALL: _l("Signed by all three before the stay begins"),
    DeadlineKind.CHANGES_ASKED: _l("Changes asked for"),
    DeadlineKind.CHANGES_AGREED: _l("The open changes agreed"),
    DeadlineKind.EXTENSION_ASKED: _l("A longer stay asked for"),
}
FACTS: dict[str, str] = {
    "given_names": _l("Given names"),
    "family_name": _l("Family name"),
    "global_id": _l("European Student Identifier or student number"),
    "birth_date": _l("Date of birth"),
    "citizenship": _l("Citizenship"),
    "gender": _l("Gender"),
    "email": _l("E-mail address"),
    "home_unit": _l("Faculty or department at home"),
    "host_unit": _l("Faculty or department at the host"),
    "eqf_level": _l("Level of studies"),
    "isced": _l("Field of education"),
    "isced_clarification": _l("Field in your own words"),
    "language": _l("Main language of instruction"),
    "cefr": _l("Level of that language"),
}
GENDERS: dict[str, str] = {
    "0": _l("Not known"),
    "1": _l("Male"),
    "2": _l("Female"),
    "9": _l("Not stated"),
}
TEACHING: dict[str, str] = {
    "isced": _l("Subject field"),
    "level": _l("Level of the students"),
    "students": _l("Number of students who benefit"),
    "hours": _l("Hours of teaching"),
    "language": _l("Language of instruction"),
    "objectives": _l("Overall objectives"),
    "content": _l("Content of the teaching"),
    "added_value": _l("Added value for both institutions"),
    "outcomes": _l("Expected outcomes and impact"),
}
RULES: dict[str, str] = {
    "snapshot-missing": _l("There is neither a first version nor a proposal."),
    "changes-before-first-version": _l("There are changes to a first version that does not exist."),
    "signature-missing": _l("A signature is missing."),
    "proposal-signed-by-host": _l("The host has signed what is only proposed."),
    "proposal-without-id": _l("The proposal has no id."),
    "signer-unnamed": _l("A signature of staff lacks name, position or e-mail address."),
    "unit-missing": _l("The faculty or department at home is missing."),
    "student-incomplete": _l("Something about the student is missing."),
    "dates-out-of-order": _l("The stay ends before it begins."),
    "isced-not-four-digits": _l("The field of education needs a code of four digits."),
    "isced-unknown": _l("The field of education is not in the list (ISCED-F 2013)."),
    "language-unknown": _l("The language of instruction and its level (A1 to C2) are missing."),
    "components-missing": _l("A table is empty that must not be."),
    "component-in-wrong-table": _l("A component stands in a table of another kind of stay."),
    "term-missing": _l("A component lacks its term."),
    "term-impossible": _l("A component is in a term that its year does not have."),
    "component-twice": _l("A component is listed twice."),
    "status-in-first-version": _l("A component of the first version is marked as a change."),
    "status-missing-in-change": _l("A change does not say whether it adds or removes."),
    "reason-for-the-other-change": _l("A reason is given that is not for this kind of change."),
    "deletes-what-is-not-there": _l("A change removes what the first version does not hold."),
    "final-after-first-version": _l("What was agreed for a short stay takes no changes."),
    "teaching-incomplete": _l("Something about the teaching is missing."),
}
"""Every rule by its id."""


def day(text: str) -> str:
    """Return a day that is stored as text, as people write it."""
    try:
        return format_date(date.fromisoformat(text), "long", locale=cldr(current_locale()))
    except ValueError:
        return text


def fact_value(name: str, value: str) -> str:
    """Return a fact as people read it; codes become words."""
    if name == "gender":
        return str(GENDERS.get(value, value))
    if name == "birth_date":
        return day(value)
    if name == "citizenship":
        return country_name(value)
    if name == "language" and len(value) <= _CODE:
        return language_name(value)
    if name in ("eqf_level", "level") and value.isdigit():
        return str(EQF_LABELS.get(int(value), value))
    return f"{value} {field_title(value)}" if name == "isced" else value


def finding(found: Finding) -> str:
    """Say what is wrong, and where."""
    said = str(RULES[found.rule])
    where = place(found)
    return _("%(problem)s (%(where)s)", problem=said, where=where) if where else said


def place(found: Finding) -> str:
    """Say where a rule is broken, in words where there are some."""
    if found.rule == "student-incomplete":
        return str(FACTS.get(found.where, found.where))
    if found.rule == "teaching-incomplete":
        return str(TEACHING.get(found.where, found.where))
    snapshot, _colon, rest = found.where.partition(": ")
    if snapshot not in ("first", "approved", "proposal"):
        return found.where
    if found.rule == "components-missing":
        return str(TABLES[Table(rest)])
    return rest
