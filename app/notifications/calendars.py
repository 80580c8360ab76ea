"""Calendars: a person's feed, and invitations to one session (RFC 5545, 5546 and 7986)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from icalendar import Calendar, Event, vCalAddress, vDuration, vText, vUri

from app.config import Settings
from app.notifications.recipients import Recipient

REFRESH = timedelta(hours=1)
"""How often calendars that subscribed are asked to look again."""

Source = Callable[[UUID], list["CalendarEvent"]]
sources: list[Source] = []
"""What fills people's calendars; higher packages add a function of the person's id."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One meeting in the words of its reader; `id` never changes, `sequence` grows with it."""

    id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    title: str
    changed_at: datetime
    text: str = ""
    place: str = ""
    path: str = ""
    is_cancelled: bool = False


def feed_for(user_id: UUID) -> bytes:
    """Return all that is in a person's calendar, to subscribe to."""
    settings: Settings = current_app.config["SETTINGS"]
    calendar = _empty("PUBLISH")
    calendar.add("name", settings.centre_name)
    calendar.add("x-wr-calname", settings.centre_name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    events = [event for source in sources for event in source(user_id)]
    for event in sorted(events, key=lambda one: (one.starts_at, one.id)):
        calendar.add_component(_as_component(event))
    return _with_zones(calendar, events)


def as_invitation(event: CalendarEvent, method: str, to: Recipient) -> bytes:
    """Return an invitation (REQUEST) or its end (CANCEL) for a mail to one person.

    A later invitation to the same meeting has the same UID and a higher SEQUENCE, so that
    calendars move what they have (RFC 5546, 3.2.2).
    """
    calendar = _empty(method)
    calendar.add_component(_invitation(event, to))
    return _with_zones(calendar, [event])


def as_cancellations(events: Iterable[CalendarEvent], to: Recipient) -> bytes:
    """Return the end of several meetings, such as all of a run that is given up."""
    return as_invitations(events, "CANCEL", to)


def as_invitations(events: Iterable[CalendarEvent], method: str, to: Recipient) -> bytes:
    """Return what `as_invitation` does of several meetings.

    A message is about one meeting (RFC 5546, 3.2.5), so this is a stream of messages, one after
    the other (RFC 5545, 3.4); the mail carries each in a part of its own.
    """
    return b"".join(as_invitation(event, method, to) for event in events)


def _invitation(event: CalendarEvent, to: Recipient) -> Event:
    settings: Settings = current_app.config["SETTINGS"]
    component = _as_component(event)
    _name, sender = parseaddr(settings.mail_from)
    organiser = vCalAddress(f"mailto:{_one_line(sender)}")
    organiser.params["cn"] = vText(_one_line(settings.centre_name))
    component["organizer"] = organiser
    attendee = vCalAddress(f"mailto:{_one_line(to.address)}")
    attendee.params["cn"] = vText(_one_line(to.name))
    attendee.params["rsvp"] = vText("FALSE")
    component.add("attendee", attendee, encode=False)
    return component


def _empty(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Most//Most//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _as_component(event: CalendarEvent) -> Event:
    settings: Settings = current_app.config["SETTINGS"]
    host = settings.url.partition("//")[2].partition(":")[0].partition("/")[0]
    zone = ZoneInfo(event.timezone)
    component = Event()
    component.add("uid", f"{event.id}@{host}")
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at)
    component.add("dtstart", event.starts_at.astimezone(zone))
    component.add("dtend", event.ends_at.astimezone(zone))
    component.add("summary", _plain(event.title))
    if event.text:
        component.add("description", _plain(event.text))
    if event.place:
        component.add("location", _plain(event.place))
    if event.path:
        component["url"] = vUri(settings.url + _one_line(event.path))
    component.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    component.add("transp", "TRANSPARENT" if event.is_cancelled else "OPAQUE")
    return component


def _with_zones(calendar: Calendar, events: Iterable[CalendarEvent]) -> bytes:
    starts = [event.starts_at for event in events]
    if starts:
        first, last = min(starts).date(), max(starts).date()
        calendar.add_missing_timezones(first - timedelta(days=366), last + timedelta(days=366))
    return bytes(calendar.to_ical())


def _one_line(text: str) -> str:
    """Return a value that is not text to the format, without anything that could end its line."""
    return "".join(character for character in text if character.isprintable()).replace('"', "'")


def _plain(text: str) -> str:
    """Return a text without control characters but line feeds, which the format escapes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable() or c == "\t") for line in lines)
