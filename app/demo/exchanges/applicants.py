"""Who applies in the demo, and what they write."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from random import Random
from uuid import UUID

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.clock import now
from app.demo.exchanges.calls import Opened
from app.exchanges.queries import applications, calls, documents, readiness
from app.exchanges.services import applications as sending
from app.exchanges.services import consents, drafts
from app.exchanges.services import documents as papers
from app.exchanges.services.documents import Upload
from app.exchanges.states.calls import CallState

FIELDS = {"UNIBL": ("0912", "0913", "0916"), "SUMHS": ("0912", "0913", "0914")}
COUNTRIES = {"UNIBL": "BA", "SUMHS": "CN"}
_REASONS = (
    "I want to learn how the partner validates early markers of kidney damage in practice.",
    "我希望了解合作医院的临床路径，并把经验带回实验室。",
    "Желим да видим како изгледа рад у биобанци и да научим да водим узорке.",
    "Želim raditi na zajedničkom projektu o rehabilitaciji poslije moždanog udara.",
    "My mentor works with their group; I would carry out the second part of our study there.",
)


@dataclass(frozen=True, slots=True)
class Applied:
    """Somebody's application."""

    application_id: UUID
    person: Actor


class Queue:
    """Hands out people of an institution in turn; those one signs in as are named."""

    def __init__(self, staff: Mapping[str, UUID], crowd: Mapping[str, Sequence[UUID]]) -> None:
        self._staff = staff
        self._turns = {code: cycle(people) for code, people in crowd.items() if people}

    def people(self, opened: Opened) -> Iterator[Actor]:
        """Yield who applies to a call."""
        idea = opened.idea
        for key in idea.named:
            yield actor_for(self._staff[key])
        for _number in range(idea.people - len(idea.named)):
            yield actor_for(next(self._turns[idea.home]))


def apply(opened: Opened, queue: Queue, sheet: bytes) -> list[Applied]:
    """Have people apply; in an open call some have only begun, one was asked to correct."""
    chance = Random(opened.idea.code)  # noqa: S311 -- the same demo every time
    made = []
    for number, person in enumerate(queue.people(opened)):
        application = drafts.start(person, opened.call_id)
        is_open = opened.idea.state == CallState.OPEN
        one = Applied(application.id, person)
        _fill_in(opened, one, chance, number, sheet)
        if is_open and number in (0, 3):
            continue
        sending.submit(person, application.id)
        made.append(one)
        if is_open and number == 1:
            reason = "The transcript is cut off on the right; please hand it in again."
            due = now() + timedelta(days=9)
            sending.return_(opened.officer, application.id, reason=reason, due_at=due)
    return made


def _fill_in(opened: Opened, one: Applied, chance: Random, number: int, sheet: bytes) -> None:
    home, person, key = opened.idea.home, one.person, one.application_id
    about = {
        "eqf_level": chance.choice((6, 6, 7)),
        "isced": chance.choice(FIELDS[home]),
        "ects_done": chance.randrange(60, 240, 6),
        "months_abroad": chance.choice((0, 0, 0, 4)),
        "languages": [{"language": "en", "level": chance.choice(("B1", "B2", "B2", "C1"))}],
        "citizenship": [COUNTRIES[home]],
    }
    drafts.save_step(person, key, drafts.ABOUT, about, revision=1)
    form = calls.current_form(opened.call_id)
    (question,) = [one["id"] for one in form.fields if one["type"] == "long_text"]
    wishes = [one["id"] for one in form.fields if one["type"] == "preferences"]
    hosts = [str(one.id) for one in calls.destinations(opened.call_id)]
    answers = {question: _REASONS[number % len(_REASONS)]} | dict.fromkeys(wishes, hosts)
    drafts.save_step(person, key, f"{drafts.FORM}-1", answers, revision=2)
    for wanted in documents.requirements(opened.call_id):
        papers.hand_in(person, key, wanted.id, Upload("transcript.pdf", sheet, language="en"))
    stored = applications.application_for(person, key)
    texts = readiness.declarations_for(stored, applications.preferences_of(key))
    consents.declare(
        person,
        key,
        {text.purpose: True for text in texts},
        shown={text.purpose: text.sha256 for text in texts},
    )
