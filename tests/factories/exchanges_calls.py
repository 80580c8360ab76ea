"""Calls for applications to test with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.exchanges.models.agreements import Quota
from app.exchanges.models.calls import (
    Call,
    Criterion,
    Destination,
    FormVersion,
    Requirement,
    RuleSet,
)
from app.exchanges.rules.academic_years import academic_year_of
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.calls import CALL, AcademicTerm, CallState
from app.institutions.models import Institution
from tests.factories.accounts import an_actor
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.institutions import an_institution

_numbers = count(1)
_C = CallState
_TO_OPEN = ("publish", "open")
_TO_EMBARGO = (*_TO_OPEN, "close", "begin_selection", "decide")
WAY_TO: dict[CallState, tuple[str, ...]] = {
    _C.DRAFT: (),
    _C.PUBLISHED: ("publish",),
    _C.OPEN: _TO_OPEN,
    _C.CLOSED: (*_TO_OPEN, "close"),
    _C.SELECTING: (*_TO_OPEN, "close", "begin_selection"),
    _C.EMBARGOED: _TO_EMBARGO,
    _C.RELEASED: (*_TO_EMBARGO, "release"),
    _C.NOTICE: (*_TO_EMBARGO, "release", "post_notice"),
    _C.FINALISED: (*_TO_EMBARGO, "release", "finalise"),
    _C.ARCHIVED: (*_TO_EMBARGO, "release", "finalise", "archive"),
    _C.CANCELLED: (*_TO_OPEN, "cancel"),
}
"""How a call comes into each state."""

PREFERENCES = {
    "id": "preferences",
    "type": "preferences",
    "step": 1,
    "label": {"en": "Where you would like to go"},
    "required": True,
}
MOTIVATION = {
    "id": "motivation",
    "type": "long_text",
    "step": 2,
    "label": {"en": "Why you want to go"},
    "required": True,
    "limits": {"min": 10, "max": 500},
}
FORM = (PREFERENCES, MOTIVATION)
RULES = (
    {"id": "home", "type": "home_institution", "parameters": {}, "strict": True},
    {"id": "ects", "type": "min_ects", "parameters": {"minimum": 60}, "strict": True},
)


def an_officer(institution_id: UUID, name: str = "Olga Oficir") -> Actor:
    """Return a stored member of the institution's exchange office."""
    return an_actor("officer", institution_id, name=name)


def a_quota(
    home: Institution,
    host: Institution,
    *,
    places: int = 2,
    months: int | None = None,
    kind: ExchangeKind = ExchangeKind.STUDIES,
    academic_year: int | None = None,
) -> Quota:
    """Return a stored quota for people of `home`, of an agreement in force."""
    year = academic_year_of(now().date()) if academic_year is None else academic_year
    agreement = an_agreement_in_force(
        home, host, kind=kind, first_year=year, last_year=year + 2, places=places, months=months
    )
    return the_quota(agreement, year, sending=home.id)


def a_call(
    home: Institution | None = None,
    *,
    state: CallState = CallState.DRAFT,
    destinations: Sequence[Institution | Quota] | int = 1,
    places: int = 2,
    form: Iterable[Mapping[str, Any]] = FORM,
    steps: Sequence[Mapping[str, str]] = ({"en": "Where to"}, {"en": "Why"}),
    rules: Iterable[Mapping[str, Any]] = (),
    requirements: Iterable[str | Mapping[str, Any]] = (),
    criteria: Iterable[str | Mapping[str, Any]] = ("Motivation",),
    title: str = "Semester abroad",
    **values: Any,
) -> Call:
    """Return a stored call in this state, its dates as that state wants them."""
    home = home or an_institution()
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "code": f"CALL-{number}",
        "kind": ExchangeKind.STUDIES,
        "academic_year": academic_year_of(now().date()),
        "term": AcademicTerm.AUTUMN,
        "stay_from": now().date() + timedelta(days=200),
        "stay_until": now().date() + timedelta(days=340),
        "timezone": home.timezone,
        "summary": Text(en="One semester at a partner university."),
        "description": Text(en="What you will do there."),
        "search_text": title.lower(),
        "sort_keys": {"en": title.lower()},
        **_dates(state),
    }
    given = defaults | values
    chosen = _quotas(home, destinations, places, given["kind"], given["academic_year"])
    with atomic():
        call = Call(
            institution_id=home.id,
            title=Text(en=title),
            published_at=None if state == CallState.DRAFT else now() - timedelta(days=30),
            created_by=SYSTEM.user_id,
            **given,
        )
        audit.begin(SYSTEM, call, CALL.machine, kind=CALL.kind, institution_id=home.id)
        db.session.add(call)
        db.session.flush()
        for action in WAY_TO[state]:
            audit.move(SYSTEM, call, CALL.machine, action, kind=CALL.kind, institution_id=home.id)
            db.session.flush()  # one moment each: the trail is read in the order of time
        made: dict[str, Any] = {"call_id": call.id, "number": 1, "created_by": SYSTEM.user_id}
        db.session.add(FormVersion(fields=[dict(one) for one in form], steps=[*steps], **made))
        db.session.add(RuleSet(rules=[dict(one) for one in rules], **made))
        for position, quota in enumerate(chosen, 1):
            db.session.add(
                Destination(
                    call_id=call.id,
                    quota_id=quota.id,
                    institution_id=quota.receiving_institution_id,
                    position=position,
                    note=Text(),
                )
            )
        for position, one in enumerate(requirements, 1):
            wanted = {"title": Text(en=one)} if isinstance(one, str) else dict(one)
            standard = {"media_types": ["application/pdf"], "note": Text()}
            db.session.add(Requirement(call_id=call.id, position=position, **(standard | wanted)))
        for position, one in enumerate(criteria, 1):
            wanted = {"title": Text(en=one)} if isinstance(one, str) else dict(one)
            points = {"note": Text(), "max_points": 10, "weight": 1}
            db.session.add(Criterion(call_id=call.id, position=position, **(points | wanted)))
    return call


def an_open_call(home: Institution | None = None, **values: Any) -> Call:
    """Return a stored call that takes applications now; see `a_call`."""
    return a_call(home, state=CallState.OPEN, **values)


def _quotas(
    home: Institution,
    destinations: Sequence[Institution | Quota] | int,
    places: int,
    kind: ExchangeKind,
    academic_year: int,
) -> list[Quota]:
    hosts: Sequence[Institution | Quota] = (
        [
            an_institution(name=f"Shanghai University {number}", country="CN")
            for number in range(1, destinations + 1)
        ]
        if isinstance(destinations, int)
        else destinations
    )
    return [
        one
        if isinstance(one, Quota)
        else a_quota(home, one, places=places, kind=kind, academic_year=academic_year)
        for one in hosts
    ]


def _dates(state: CallState) -> dict[str, Any]:
    """Return dates with which the clock leaves a call in this state."""
    moment = now()
    if state in (CallState.DRAFT, CallState.PUBLISHED):
        opens, closes, release = 7, 37, 60
    elif state in (CallState.OPEN, CallState.CANCELLED):
        opens, closes, release = -7, 30, 60
    elif state in (CallState.CLOSED, CallState.SELECTING, CallState.EMBARGOED):
        opens, closes, release = -40, -2, 30
    else:
        opens, closes, release = -60, -20, -1
    found = {
        "opens_at": moment + timedelta(days=opens),
        "closes_at": moment + timedelta(days=closes),
        "release_at": moment + timedelta(days=release),
    }
    if release < 0:
        found["released_at"] = moment + timedelta(days=release)
    return found
