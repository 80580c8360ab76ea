"""Public pages of the catalogue."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.courses import policies, queries
from app.courses.forms.catalogue import wanted_from
from app.courses.queries.catalogue import SORTS, Wanted
from app.courses.queries.prerequisites import required_by
from app.courses.rules.phases import Phase, standing
from app.courses.states import CourseState, Delivery
from app.courses.views import bp
from app.courses.words import (
    COURSE_CHIPS,
    COURSE_LABELS,
    DELIVERY_LABELS,
    LANGUAGE_CODES,
    RUN_CHIPS,
    RUN_LABELS,
    TRACK_LABELS,
)
from app.web.access import actor, public
from app.web.pages import fragment, page, wants_fragment

FIRST_CARDS = 6
CARD_WORDS: dict[str, Any] = {
    "DELIVERY_LABELS": DELIVERY_LABELS,
    "LANGUAGE_CODES": LANGUAGE_CODES,
    "DELIVERY_SYMBOLS": {
        Delivery.ONLINE: "device-laptop",
        Delivery.ONSITE: "map-pin",
        Delivery.HYBRID: "school",
    },
    "Phase": Phase,
}


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Show what the house is for, and the courses one can join next."""
    cards = queries.catalogue.catalogue(Wanted(open_now=True), size=FIRST_CARDS)
    return page(
        cards=cards.items,
        numbers=queries.catalogue.numbers(),
        tracks=TRACK_LABELS,
        moment=now(),
        **CARD_WORDS,
    )


@bp.get("/catalogue")
@public
def catalogue() -> ResponseReturnValue:
    """Show the published courses that are looked for, a page at a time."""
    wanted = wanted_from(request.args)
    found = queries.catalogue.catalogue(wanted, request.args.get("cursor"))
    values: dict[str, Any] = {
        "wanted": wanted,
        "page": found,
        "count": queries.catalogue.how_many(wanted),
        "moment": now(),
        **CARD_WORDS,
    }
    if wants_fragment():
        return fragment("courses/_catalogue_results.html", **values)
    return page(
        places=queries.catalogue.places(),
        sorts=SORTS,
        TRACK_LABELS=TRACK_LABELS,
        **values,
    )


@bp.get("/courses/<uuid:course_id>")
@public
def course_detail(course_id: UUID) -> ResponseReturnValue:
    """Show a course with its runs, those to come first."""
    course = queries.catalogue.course_for(actor(), course_id)
    moment = now()
    may_plan = policies.may_create_run(actor(), course)
    runs = queries.runs.runs_of(course.id, moment, drafts=may_plan)
    return page(
        course=course,
        runs=[(run, standing(run, run.waiting, moment)) for run in runs],
        required=required_by(course.id),
        may_edit=policies.may_edit_course(actor(), course),
        may_plan=may_plan and course.state == CourseState.PUBLISHED,
        moment=moment,
        COURSE_LABELS=COURSE_LABELS,
        COURSE_CHIPS=COURSE_CHIPS,
        RUN_LABELS=RUN_LABELS,
        RUN_CHIPS=RUN_CHIPS,
        TRACK_LABELS=TRACK_LABELS,
        **CARD_WORDS,
    )
