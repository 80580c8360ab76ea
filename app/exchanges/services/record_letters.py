"""The transcript of records and the decision that recognises it, as verifiable PDFs."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.core.actor import Actor
from app.core.database import atomic
from app.core.errors import NotFound, WrongState
from app.core.i18n import gettext as _
from app.core.i18n import in_language, pgettext
from app.exchanges.letter_texts import long_day
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import RecognisedGroup, Recognition
from app.exchanges.policies import letters as policies
from app.exchanges.queries import letters as letter_queries
from app.exchanges.queries import mobilities, transcripts
from app.exchanges.queries import recognition as queries
from app.exchanges.services import letters
from app.exchanges.states.letters import LETTER, LetterKind, LetterState
from app.exchanges.states.recognition import GroupOutcome, LineOutcome, RecognitionState
from app.exchanges.words import recognition as words

_IN_FORCE = (LetterState.PENDING, LetterState.ISSUED)


@atomic()
def issue_transcript(actor: Actor, mobility_id: UUID, languages: Sequence[str]) -> IssuedDocument:
    """Issue the transcript in force as a PDF of the host.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    mobilities.locked_for(actor, mobility_id)
    transcript = transcripts.released(mobility_id)
    table = {
        "title": _said(lambda: _("Courses"), languages),
        "columns": [
            _said(lambda: _("Code"), languages),
            _said(lambda: _("Course"), languages),
            _said(lambda: _("Credits"), languages),
            _said(lambda: _("Grade"), languages),
            _said(lambda: _("Outcome"), languages),
        ],
        "rows": [
            [
                line.code,
                line.title,
                _credits(line.credits_centi),
                line.grade,
                _label(words.LINE_LABELS[line.outcome], languages),
            ]
            for line in transcripts.lines_of(transcript.id)
        ],
    }
    facts = [
        [_said(lambda: _("Scale of the grades"), languages), dict(transcript.scale.name)],
        [
            _said(lambda: _("Credits are"), languages),
            _label(words.SCHEMES[transcript.credit_scheme], languages),
        ],
    ]
    extra = {"facts": facts, "tables": [table], "of": str(transcript.id)}
    return _issue(actor, mobility_id, LetterKind.TRANSCRIPT, languages, extra)


@atomic()
def issue_decision(actor: Actor, mobility_id: UUID, languages: Sequence[str]) -> IssuedDocument:
    """Issue the decision in force as a PDF of the home institution; raises as above."""
    mobility = mobilities.locked_for(actor, mobility_id)
    decision = queries.in_state(mobility_id, RecognitionState.DECIDED)
    if decision is None:
        raise NotFound(_("Nothing is decided yet."))
    assert decision.decided_at is not None  # noqa: S101 -- it is decided
    zone = ZoneInfo(mobility.sending_institution.timezone)
    day = decision.decided_at.astimezone(zone).date()
    groups = queries.groups_of(decision.id)
    tables = [_answers(groups, languages), _courses(groups, languages)]
    tables.append(_not_passed(decision, languages))
    extra = {
        "facts": [
            [_said(lambda: _("Number of the decision"), languages), decision.reference],
            [
                _said(lambda: pgettext("decision", "Decided on"), languages),
                {code: long_day(day, code) for code in languages},
            ],
        ],
        "tables": [one for one in tables if one["rows"]],
        "of": str(decision.id),
    }
    return _issue(actor, mobility_id, LetterKind.RECOGNITION, languages, extra)


def _issue(
    actor: Actor,
    mobility_id: UUID,
    kind: LetterKind,
    languages: Sequence[str],
    extra: dict[str, Any],
) -> IssuedDocument:
    for one in letter_queries.of_stay(mobility_id):
        if one.kind != kind or one.state not in _IN_FORCE:
            continue
        if one.snapshot["extra"].get("of") == extra["of"]:
            raise WrongState(_("This was issued already; replace that one if it must change."))
        if one.state == LetterState.ISSUED:
            letters.revoke(actor, one.id, _("A later one took its place."))
    return letters.issue(actor, mobility_id, kind, languages, extra=extra)


def withdraw_of(actor: Actor, mobility: Mobility, kind: LetterKind, record_id: UUID) -> None:
    """Withdraw the letter about a record that was just replaced, if the actor's office issued it.

    Whoever checks that letter learns so from then on; a new one is issued about the new record.
    """
    for one in letter_queries.of_stay(mobility.id):
        if one.kind != kind or one.state != LetterState.ISSUED:
            continue
        is_about_it = one.snapshot["extra"].get("of") == str(record_id)
        if is_about_it and LETTER.allows(policies.in_letter(actor, one, mobility), "revoke"):
            letters.revoke(actor, one.id, _("A later one took its place."))


def _answers(groups: Sequence[queries.Group], languages: Sequence[str]) -> dict[str, Any]:
    """Return what was said to each group, and why."""
    rows = []
    for one in groups:
        counted = 0 if one.group.outcome == GroupOutcome.REFUSED else one.credits_centi
        rows.append(
            [
                one.group.home_title,
                f"{_credits(one.group.home_credits_centi or None)} / {_credits(counted)}",
                _label(words.GROUP_LABELS[one.group.outcome], languages),
                one.group.reason,
            ]
        )
    return {
        "title": _said(lambda: _("What is recognised"), languages),
        "columns": [
            _said(lambda: _("Stands for"), languages),
            _said(lambda: _("Credits agreed / counted"), languages),
            _said(lambda: _("Decision"), languages),
            _said(lambda: _("Reason"), languages),
        ],
        "rows": rows,
    }


def _courses(groups: Sequence[queries.Group], languages: Sequence[str]) -> dict[str, Any]:
    """Return what each passed course counts, and how that was found."""
    return {
        "title": _said(lambda: _("What each course counts"), languages),
        "columns": [
            _said(lambda: _("Course at the host"), languages),
            _said(lambda: _("Credits / grade there"), languages),
            _said(lambda: _("Stands for"), languages),
            _said(lambda: _("Credits / grade at home"), languages),
            _said(lambda: _("How it was found"), languages),
        ],
        "rows": [_row(group.group, one, languages) for group in groups for one in group.results],
    }


def _not_passed(decision: Recognition, languages: Sequence[str]) -> dict[str, Any]:
    """Return the courses of the transcript that nobody can recognise."""
    return {
        "title": _said(lambda: _("What was not passed"), languages),
        "columns": [
            _said(lambda: _("Course at the host"), languages),
            _said(lambda: _("Credits / grade there"), languages),
            _said(lambda: _("Outcome"), languages),
        ],
        "rows": [
            [
                line.title,
                f"{_credits(line.credits_centi)} / {line.grade or '–'}",
                _label(words.LINE_LABELS[line.outcome], languages),
            ]
            for line in transcripts.lines_of(decision.transcript_id)
            if line.outcome != LineOutcome.PASSED
        ],
    }


def _row(group: RecognisedGroup, one: queries.Result, languages: Sequence[str]) -> list[Any]:
    at_home = f"{_credits(one.result.credits_centi)} / {one.result.grade}"
    refused = group.outcome == GroupOutcome.REFUSED
    found = one.result.provenance
    return [
        one.line.title,
        f"{_credits(one.line.credits_centi)} / {one.line.grade}",
        group.home_title,
        "–" if refused else at_home,
        "–" if refused else _said(lambda: words.provenance_with_version(found), languages),
    ]


def _label(text: str, languages: Sequence[str]) -> dict[str, str]:
    """Return words that are looked up when they are read, in each language."""
    return _said(text.__str__, languages)


def _said(say: Callable[[], str], languages: Sequence[str]) -> dict[str, str]:
    found = {}
    for code in languages:
        with in_language(code):
            found[code] = say()
    return found


def _credits(centi: int | None) -> str:
    return "–" if centi is None else f"{centi / 100:g}"
