"""Writing to people of a run: one notice and one mail each."""

from collections.abc import Sequence
from uuid import UUID

from app.audit import services as audit
from app.core import throttle
from app.core.actor import Actor
from app.core.database import atomic
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.names import InvalidName, clean_line
from app.courses import policies
from app.courses.notices import runs as notices
from app.courses.queries import roster, runs

AN_HOUR = 10
"""Messages that one person may write in an hour, each to as many as were ticked."""

LONGEST_SUBJECT, LONGEST_LINE, LONGEST = 150, 1000, 5000


@atomic()
def write(
    actor: Actor, run_id: UUID, enrolment_ids: Sequence[UUID], *, subject: str, words: str
) -> int:
    """Tell these people of the run something in one's own words; return how many are told.

    Raises NotFound (also when one of them is not of the run), Forbidden, Invalid, TooMany.
    """
    run = runs.run_for(actor, run_id)
    policies.may_teach_run.require(actor, run)
    people = roster.reachable(run.id, enrolment_ids)
    if len(people) != len(set(enrolment_ids)):
        raise NotFound(_("Not all of these people can be written to. Tick them again."))
    if not people:
        raise Invalid(_("Tick whom you want to write to."))
    line, text = _line(subject, "subject", LONGEST_SUBJECT), _text(words)
    throttle.hit(f"write:{actor.user_id}", limit=AN_HOUR, seconds=3600)
    for person in people:
        notices.message(run, person, by=actor.name, subject=line, words=text)
    audit.record(
        actor,
        "courses.write",
        run.id,
        kind="run",
        institution_id=run.institution_id,
        changes={"people": [0, len(people)], "subject": [None, line]},
    )
    return len(people)


def _text(words: str) -> str:
    if len(words) > LONGEST:
        raise Invalid(_("Use at most %(max)s characters.", max=LONGEST), field="words")
    lines = [_line(one, "words", LONGEST_LINE) if one.strip() else "" for one in words.splitlines()]
    text = "\n".join(lines).strip()
    if not text:
        raise Invalid(_("This field is needed."), field="words")
    return text


def _line(text: str, field: str, longest: int) -> str:
    try:
        return clean_line(text, longest=longest)
    except InvalidName as error:
        raise Invalid(error.message, field=field) from None
