"""The courses of the demo, written, reviewed and published; and the rooms they are taught in."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from app.core.actor import Actor
from app.core.names import to_latin
from app.courses.services import catalogue, rooms
from app.courses.services.catalogue import CourseContent
from app.demo.institutions import PARTNERS
from app.demo.subjects import Subject, subjects

DRAFT, IN_REVIEW, RETIRED = "IP-415", "EDU-330", "IP-330"
"""The courses that cannot be enrolled in, by the state they are in."""

BEFORE = {"TT-230": ("TT-110",)}
"""Courses to have completed before others, by code."""

_LEVELS = {"1": 5, "2": 6, "3": 7, "4": 7}
"""EQF level by the first digit of a code."""


def make(
    centre: Actor, writers: Mapping[str, Actor], places: Mapping[str, UUID]
) -> dict[str, UUID]:
    """Write and publish the courses; return their ids by code."""
    made: dict[str, UUID] = {}
    for subject in subjects():
        writer = writers[subject.owner]
        before = frozenset(made[code] for code in BEFORE.get(subject.code, ()))
        content = replace(content_of(subject), prerequisites=before)
        course_id = catalogue.create_course(writer, places[subject.owner], content)
        made[subject.code] = course_id
        if subject.code == DRAFT:
            continue
        catalogue.submit_course(writer, course_id)
        if subject.code == IN_REVIEW:
            continue
        catalogue.publish_course(centre, course_id)
        if subject.code == RETIRED:
            catalogue.retire_course(centre, course_id, "Taught as part of IP-210 from now on.")
    return made


def furnish(centre: Actor, places: Mapping[str, UUID]) -> dict[str, list[UUID]]:
    """Add the rooms; return their ids by the code of the institution."""
    return {
        partner.code: [
            rooms.add_room(centre, places[partner.code], name, seats)
            for name, seats in partner.rooms
        ]
        for partner in PARTNERS
    }


def content_of(subject: Subject) -> CourseContent:
    """Return what is written about a course; Serbian Latin and Bosnian follow from Cyrillic."""
    return CourseContent(
        code=subject.code,
        title=in_both_scripts(subject.title),
        summary=in_both_scripts(subject.summary),
        description=in_both_scripts(subject.summary),
        track=subject.track,
        delivery=subject.delivery,
        languages=list(subject.languages),
        level=_LEVELS.get(subject.code.partition("-")[2][:1]),
        workload_minutes=subject.hours * 60,
        ects_centi=subject.ects_centi,
        tags=list(subject.tags),
    )


def in_both_scripts(text: Mapping[str, str]) -> dict[str, str]:
    """Return a text with its Serbian Latin spelling beside the Cyrillic one."""
    if "sr_Cyrl" not in text:
        return dict(text)
    return {**text, "sr_Latn": to_latin(text["sr_Cyrl"])}
