"""What keeps an application from being sent: facts, answers, wishes, documents, consents, rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.core.i18n import current_locale, in_language
from app.exchanges.models.applications import Application, Consent, Document
from app.exchanges.models.calls import Call, FormVersion, RuleSet
from app.exchanges.queries import applications, calls, documents
from app.exchanges.rules import facts as fact_rules
from app.exchanges.rules import forms
from app.exchanges.rules.documents import Gap, gaps
from app.exchanges.rules.eligibility import (
    CallFacts,
    Finding,
    check,
    facts_needed,
    is_blocked,
)
from app.exchanges.states.applications import DocumentState
from app.exchanges.words import consents as texts
from app.institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Readiness:
    """What an application still lacks, and what the rules say of it as it stands."""

    rule_set: RuleSet | None
    has_requirements: bool
    wanted: list[applications.Wish]
    facts: list[str]
    answers: dict[str, forms.AnswerFault]
    wishes: bool
    gaps: list[Gap]
    consents: list[str]
    findings: list[Finding]

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is left for the applicant to add."""
        return not (self.facts or self.answers or self.wishes or self.gaps or self.consents)

    @property
    def may_be_sent(self) -> bool:
        """Tell whether it is complete and no rule is against it."""
        return self.is_complete and not is_blocked(self.findings)


def readiness(application: Application, today: date, home_id: UUID | None) -> Readiness:
    """Return what keeps an application, whose call is loaded, from being sent today.

    `home_id` is the institution that the applicant belongs to.
    """
    call = application.call
    rule_set = rules_of(call.id)
    rules: list[dict[str, Any]] = rule_set.rules if rule_set else []
    form = applications.form_of(application)
    wanted = applications.preferences_of(application.id)
    handed_in = documents.documents_of(application.id)
    asked = documents.asked(documents.requirements(call.id))
    return Readiness(
        rule_set=rule_set,
        has_requirements=bool(asked),
        wanted=wanted,
        facts=fact_rules.missing(application.facts, facts_needed(rules)),
        answers=answer_faults(form, application.answers, wanted),
        wishes=not wanted and bool(calls.destinations(call.id)),
        gaps=gaps(asked, documents.given(handed_in), today),
        consents=missing_consents(application, wanted),
        findings=check(
            rules, facts_for_rules(application, handed_in, home_id), today, call_facts(call)
        ),
    )


def rules_of(call_id: UUID) -> RuleSet | None:
    """Return the newest version of a call's rules."""
    query = select(RuleSet).where(RuleSet.call_id == call_id).order_by(RuleSet.number.desc())
    return db.session.scalars(query.limit(1)).first()


def call_facts(call: Call) -> CallFacts:
    """Return what rules read of a call."""
    return CallFacts(str(call.institution_id), call.stay_from, call.stay_until)


def facts_for_rules(
    application: Application, handed_in: Sequence[Document], home_id: UUID | None
) -> dict[str, Any]:
    """Return what rules read of an applicant: what they said, and what is known of them."""
    standing = [one for one in handed_in if one.state != DocumentState.REPLACED]
    return application.facts | {
        "institution_id": str(home_id) if home_id else None,
        "stays": applications.other_stays(
            application.applicant_id, except_application=application.id
        ),
        "documents": [
            {"issued_on": one.issued_on.isoformat() if one.issued_on else None} for one in standing
        ],
    }


def answer_faults(
    form: FormVersion, answers: Mapping[str, Any], wanted: Sequence[applications.Wish]
) -> dict[str, forms.AnswerFault]:
    """Return what is wrong with the answers that are to be sent, by the id of their question."""
    wishes = [str(one.destination_id) for one in wanted]
    field = forms.preferences_field(form.fields)
    given = dict(answers) | ({str(field["id"]): wishes} if field else {})
    return forms.clean(form.fields, given, destinations=wishes)[1]


def declarations_for(
    application: Application, wanted: Sequence[applications.Wish]
) -> list[texts.Declaration]:
    """Return what this applicant has to declare, in the language in use."""
    home = db.session.get_one(Institution, application.institution_id)
    locale = current_locale()
    hosts = [
        texts.Recipient(applications.named(one.institution, locale), one.country) for one in wanted
    ]
    return texts.declarations(home.name.in_(locale), hosts)


def standing_consents(application_id: UUID) -> dict[str, Consent]:
    """Return the latest answer to each purpose that was not taken back."""
    found = {one.purpose: one for one in applications.consents_of(application_id)}
    return {purpose: one for purpose, one in found.items() if one.withdrawn_at is None}


def missing_consents(application: Application, wanted: Sequence[applications.Wish]) -> list[str]:
    """Return the mandatory purposes without a yes to the text as it is now.

    A consent counts in the language it was given in; other hosts, or another version of the
    words, need a new one.
    """
    given = standing_consents(application.id)
    now_valid: dict[str, set[str]] = {}
    for locale in {one.locale for one in given.values()}:
        with in_language(locale):
            for text in declarations_for(application, wanted):
                now_valid.setdefault(text.purpose, set()).add(text.sha256)
    return [
        purpose
        for purpose in texts.MANDATORY
        if not (
            (one := given.get(purpose))
            and one.answer
            and one.text_sha256 in now_valid.get(purpose, ())
        )
    ]
