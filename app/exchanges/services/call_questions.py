"""What a call asks: its rules of eligibility and its form, in versions.

What somebody has already answered, or was judged by, is never rewritten: a change makes the next
version, and drafts keep the one they began with.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.exchanges.models.applications import Application, EligibilityFinding
from app.exchanges.models.calls import Call, FormVersion, RuleSet
from app.exchanges.queries import calls as queries
from app.exchanges.rules import audiences, eligibility, forms
from app.exchanges.rules.phases import TAKES_CHANGES
from app.exchanges.services.calls import changing, record
from app.exchanges.states.calls import CallState

MOST_RULES = 60


@atomic()
def save_rules(actor: Actor, call_id: UUID, rules: Sequence[Mapping[str, Any]]) -> None:
    """Set the rules of eligibility. Raises NotFound, Forbidden, WrongState, Invalid."""
    _save_rules(actor, changing(actor, call_id, TAKES_CHANGES), rules)


@atomic()
def put_rule(
    actor: Actor,
    call_id: UUID,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    strict: bool,
    rule_id: str = "",
) -> str:
    """Add a rule, or write one anew; return its id.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = changing(actor, call_id, TAKES_CHANGES)
    rules = [dict(rule) for rule in queries.current_rules(call.id).rules]
    rule = {
        "id": rule_id or _fresh("r"),
        "type": kind,
        "parameters": dict(parameters),
        "strict": strict,
    }
    if rule_id:
        rules[_index_of(rules, rule_id)] = rule
    else:
        rules.append(rule)
    _save_rules(actor, call, rules)
    return str(rule["id"])


@atomic()
def remove_rule(actor: Actor, call_id: UUID, rule_id: str) -> None:
    """Take a rule away. Raises NotFound, Forbidden, WrongState."""
    call = changing(actor, call_id, TAKES_CHANGES)
    rules = list(queries.current_rules(call.id).rules)
    del rules[_index_of(rules, rule_id)]
    _save_rules(actor, call, rules)


@atomic()
def move_rule(actor: Actor, call_id: UUID, rule_id: str, by: int) -> None:
    """Move a rule up (-1) or down (1). Raises NotFound, Forbidden, WrongState."""
    call = changing(actor, call_id, TAKES_CHANGES)
    rules = queries.current_rules(call.id).rules
    _save_rules(actor, call, forms.moved(rules, _index_of(rules, rule_id), by))


@atomic()
def put_field(actor: Actor, call_id: UUID, field: Mapping[str, Any], *, field_id: str = "") -> str:
    """Add a question to the form, or write one anew; return its id.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = changing(actor, call_id, TAKES_CHANGES)
    form = queries.current_form(call.id)
    fields = [dict(one) for one in form.fields]
    written = {**field, "id": field_id or _fresh("q")}
    if field_id:
        fields[_index_of(fields, field_id)] = written
    else:
        fields.append(written)
    _save_form(actor, call, fields, form.steps)
    return str(written["id"])


@atomic()
def remove_field(actor: Actor, call_id: UUID, field_id: str) -> None:
    """Take a question out of the form. Raises NotFound, Forbidden, WrongState."""
    call = changing(actor, call_id, TAKES_CHANGES)
    form = queries.current_form(call.id)
    fields = list(form.fields)
    del fields[_index_of(fields, field_id)]
    _save_form(actor, call, fields, form.steps)


@atomic()
def move_field(actor: Actor, call_id: UUID, field_id: str, by: int) -> None:
    """Move a question past its neighbour in the same step. Raises NotFound, Forbidden, WrongState.

    The first question of a step moves no further up, and the last no further down.
    """
    call = changing(actor, call_id, TAKES_CHANGES)
    form = queries.current_form(call.id)
    fields = sorted(form.fields, key=lambda one: int(one.get("step", 1)))
    index = _index_of(fields, field_id)
    other = index + by
    if 0 <= other < len(fields) and fields[other].get("step") == fields[index].get("step"):
        _save_form(actor, call, forms.moved(fields, index, by), form.steps)


@atomic()
def save_steps(actor: Actor, call_id: UUID, titles: Sequence[Mapping[str, str]]) -> None:
    """Name the steps of the form; a step that holds questions cannot be dropped.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = changing(actor, call_id, TAKES_CHANGES)
    form = queries.current_form(call.id)
    if not 1 <= len(titles) <= forms.MOST_STEPS or not all(one.get("en") for one in titles):
        raise Invalid(_("Give every step a title in English at least."))
    if max(forms.steps_of(form.fields), default=1) > len(titles):
        raise Invalid(_("This step still holds questions; move them to another one first."))
    _save_form(actor, call, form.fields, [dict(one) for one in titles])


def _save_rules(actor: Actor, call: Call, rules: Sequence[Mapping[str, Any]]) -> None:
    if len(rules) > MOST_RULES or eligibility.problems(rules):
        raise Invalid(_("This rule is not complete, or its limits contradict each other."))
    current, plain = queries.current_rules(call.id), [dict(rule) for rule in rules]
    before = current.rules
    judged = select(EligibilityFinding.id).where(EligibilityFinding.rule_set_id == current.id)
    if call.state == CallState.DRAFT or not db.session.scalars(judged.limit(1)).first():
        current.rules = plain
    else:
        number = current.number + 1
        made = RuleSet(call_id=call.id, number=number, rules=plain, created_by=actor.user_id)
        db.session.add(made)
    _say_whom(call, rules)
    record(actor, call, "save_rules", {"rules": [before, plain]})


def _say_whom(call: Call, rules: Sequence[Mapping[str, Any]]) -> None:
    """Note for the search of calls whom its rules admit."""

    def named(kind: str, parameter: str) -> list[Any]:
        found = [rule["parameters"][parameter] for rule in rules if rule["type"] == kind]
        return sorted({one for values in found for one in values})

    fields, levels = named("field_isced", "codes"), named("eqf_level", "levels")
    kept = {key: value for key, value in call.audience.items() if key == audiences.KEY}
    call.audience = kept | {"eqf_levels": levels, "isced_codes": fields}
    call.isced_index = "".join(f"|{code}" for code in fields)[:1000]


def _save_form(
    actor: Actor,
    call: Call,
    fields: Sequence[Mapping[str, Any]],
    steps: Sequence[Mapping[str, str]],
) -> None:
    if forms.problems(fields, max(len(steps), 1)):
        raise Invalid(_("This question is not complete, or its limits contradict each other."))
    current = queries.current_form(call.id)
    before = [one["id"] for one in current.fields]
    content = {
        "fields": sorted((dict(one) for one in fields), key=lambda one: int(one.get("step", 1))),
        "steps": [dict(one) for one in steps],
    }
    answered = select(Application.id).where(Application.form_version_id == current.id)
    if call.state == CallState.DRAFT or not db.session.scalars(answered.limit(1)).first():
        current.fields, current.steps = content["fields"], content["steps"]
    else:
        number = current.number + 1
        made = FormVersion(call_id=call.id, number=number, created_by=actor.user_id, **content)
        db.session.add(made)
    after = [one["id"] for one in content["fields"]]
    record(actor, call, "save_form", {"fields": [before, after]})


def _index_of(items: Sequence[Mapping[str, Any]], key: str) -> int:
    for index, item in enumerate(items):
        if item["id"] == key:
            return index
    raise NotFound(_("There is no such thing in this call."))


def _fresh(letter: str) -> str:
    return f"{letter}{new_id().hex[-10:]}"
