"""What people read for actions and fields of the trail.

The acts of most packages stand here together; a package that notes many brings its own to `learn`.
"""

from collections.abc import Mapping

from app.core.i18n import LOCALES, gettext
from app.core.i18n import lazy_gettext as _l

ACTIONS: dict[str, str] = {
    "accounts.ask_address": _l("asked to change the e-mail address"),
    "accounts.change_address": _l("changed the e-mail address"),
    "accounts.confirm_name": _l("confirmed a name for printing"),
    "accounts.end_device": _l("signed out on a device"),
    "accounts.end_everybodys_sign_ins": _l("signed everybody out"),
    "accounts.end_sign_ins": _l("signed a person out everywhere"),
    "accounts.grant_role": _l("gave a role"),
    "accounts.invite": _l("invited a person"),
    "accounts.remove_name": _l("removed a name"),
    "accounts.revoke_role": _l("took a role away"),
    "accounts.save_name": _l("wrote a name"),
    "accounts.save_settings": _l("changed settings"),
    "accounts.set_password": _l("chose a new password"),
    "accounts.sign_in": _l("signed in"),
    "accounts.sign_out": _l("signed out"),
    "accounts.sign_out_everywhere": _l("signed out everywhere"),
    "accounts.start_reset": _l("had a link to a new password sent"),
    "user.start": _l("made an account"),
    "user.confirm": _l("confirmed an account"),
    "user.suspend": _l("suspended an account"),
    "user.restore": _l("restored an account"),
    "user.erase": _l("erased an account"),
    "files.keep": _l("stored a file"),
    "institutions.create": _l("added an institution"),
    "institutions.edit": _l("changed an institution"),
    "institutions.set_logo": _l("changed the logo"),
    "institutions.add_unit": _l("added a faculty or department"),
    "institutions.edit_unit": _l("changed a faculty or department"),
    "institutions.add_contact": _l("added a contact"),
    "institutions.edit_contact": _l("changed a contact"),
    "institutions.remove_contact": _l("removed a contact"),
    "delivery.start": _l("put a message on its way"),
    "delivery.send": _l("sent a message"),
    "delivery.fail": _l("gave a message up"),
    "delivery.retry": _l("tried a message again"),
    "course.start": _l("wrote a course"),
    "course.submit": _l("handed a course in for review"),
    "course.send_back": _l("sent a course back"),
    "course.publish": _l("published a course"),
    "course.retire": _l("retired a course"),
    "course.restore": _l("restored a course"),
    "run.start": _l("planned a run"),
    "run.publish": _l("published a run"),
    "run.close": _l("closed a run"),
    "run.reopen": _l("reopened a run"),
    "run.archive": _l("archived a run"),
    "run.cancel": _l("cancelled a run"),
    "session.start": _l("planned a session"),
    "session.hold": _l("opened a register"),
    "session.lock": _l("closed a register"),
    "session.unlock": _l("reopened a register"),
    "session.cancel": _l("cancelled a session"),
    "session.restore": _l("restored a session"),
    "enrolment.start": _l("asked for a place"),
    "enrolment.endorse": _l("endorsed an application"),
    "enrolment.approve": _l("approved an application"),
    "enrolment.queue": _l("put into the queue"),
    "enrolment.decline": _l("declined an application"),
    "enrolment.offer": _l("offered a place"),
    "enrolment.admit": _l("gave a place"),
    "enrolment.accept": _l("accepted a place"),
    "enrolment.refuse": _l("refused a place"),
    "enrolment.expire": _l("let an offer lapse"),
    "enrolment.withdraw": _l("gave up a place"),
    "enrolment.remove": _l("removed from a run"),
    "enrolment.transfer": _l("moved to another run"),
    "enrolment.complete": _l("noted completion"),
    "enrolment.fail": _l("noted that a run was not completed"),
    "enrolment.reverse": _l("reversed completion"),
    "courses.fill_places": _l("filled free places"),
    "courses.import": _l("imported enrolments"),
    "courses.invite": _l("invited to a run"),
    "courses.pass_over": _l("passed over in the queue"),
    "courses.recount": _l("counted seats again"),
    "courses.edit_course": _l("changed a course"),
    "courses.edit_run": _l("changed a run"),
    "review.start": _l("opened a review"),
    "review.uphold": _l("upheld a decision"),
    "review.reverse": _l("reversed a decision"),
    "review.reissue": _l("had a certificate issued anew"),
    "certificate.start": _l("began a certificate"),
    "certificate.issue": _l("issued a certificate"),
    "certificate.cancel": _l("cancelled a certificate before it was printed"),
    "certificate.supersede": _l("replaced a certificate"),
    "certificate.suspend": _l("suspended a certificate"),
    "certificate.reinstate": _l("reinstated a certificate"),
    "certificate.revoke": _l("revoked a certificate"),
    "certificates.ask_for_names": _l("asked holders to confirm their names"),
    "certificates.create_design": _l("made a design"),
    "certificates.issue_for_run": _l("had certificates issued for a run"),
    "courses.set_priority": _l("changed somebody's priority in a queue"),
    "courses.write": _l("wrote to people of a run"),
    "courses.promise_certificate": _l("chose what those who complete a run get"),
    "certificates.publish_design": _l("published a design"),
    "certificates.restore_design": _l("restored a design"),
    "certificates.retire_design": _l("retired a design"),
    "certificates.save_design": _l("changed a design"),
    "completion.write_policy": _l("wrote a completion policy"),
    "completion.apply_policy": _l("set the completion policy of a run"),
    "completion.waive": _l("waived a criterion"),
    "courses.add_room": _l("added a room"),
    "courses.edit_room": _l("changed a room"),
    "courses.remove_room": _l("removed a room"),
    "courses.add_staff": _l("added staff to a run"),
    "courses.uninvite": _l("took back an invitation to a run"),
    "courses.remove_staff": _l("removed staff from a run"),
    "courses.publish_version": _l("published a version of a course"),
    "courses.edit_session": _l("changed a session"),
    "courses.rederive_session": _l("corrected the time of a session"),
    "notifications.choose_mail": _l("chose which mail to get"),
    "notifications.renew_calendar": _l("made a new calendar address"),
    "notifications.end_calendar": _l("ended a calendar address"),
    "jobs.retry": _l("tried a failed job again"),
}

FIELDS: dict[str, str] = {
    "prerequisites": _l("Courses to have completed before"),
    "guest": _l("Without an account"),
    "partner": _l("Partner"),
    "places": _l("Places"),
    "places_per_year": _l("Places a year"),
    "remarks": _l("Remarks"),
    "state": _l("State"),
    "step": _l("Step"),
    "terms": _l("What the agreement asks"),
    "role": _l("Role"),
    "valid_until": _l("Until"),
    "email": _l("E-mail address"),
    "locale": _l("Language"),
    "timezone": _l("Time zone"),
    "single_keys": _l("Shortcuts of a single key"),
    "supervisor_email": _l("E-mail address of the supervisor"),
    "theme": _l("Appearance"),
    "unit_id": _l("Unit"),
    "name_latin": _l("Name in Latin letters"),
    "name_cyrillic": _l("Name in Cyrillic letters"),
    "name_han": _l("Name in Chinese characters"),
    "name": _l("Name"),
    "title": _l("Title"),
    "code": _l("Code"),
    "city": _l("City"),
    "country": _l("Country"),
    "website": _l("Website"),
    "brand_colour": _l("Colour"),
    "capacity": _l("Seats"),
    "starts_at": _l("Start"),
    "ends_at": _l("End"),
    "sha256": _l("Checksum"),
    "purpose": _l("Purpose"),
}


KINDS: dict[str, str] = {
    "certificate": _l("Certificate"),
    "certificate_design": _l("Certificate design"),
    "completion_policy": _l("Completion policy"),
    "course": _l("Course"),
    "course_run": _l("Run"),
    "delivery": _l("Message"),
    "enrolment": _l("Place"),
    "file": _l("File"),
    "institution": _l("Institution"),
    "job": _l("Background work"),
    "person": _l("Person"),
    "review": _l("Review"),
    "room": _l("Room"),
    "run": _l("Run"),
    "session": _l("Session"),
    "user": _l("Person"),
}

VALUES: dict[str, dict[str, str]] = {
    "role": {
        "trainee": _l("Trainee"),
        "faculty": _l("Faculty"),
        "officer": _l("Exchange officer"),
        "registrar": _l("Registrar"),
        "administrator": _l("Institution administrator"),
        "centre_administrator": _l("Centre administrator"),
    },
    "purpose": {
        "logo": _l("Logo"),
        "signature": _l("Signature"),
        "certificate": _l("Certificate"),
        "certificate_art": _l("Certificate design"),
    },
    "locale": dict(LOCALES),
    "theme": {"auto": _l("As the device"), "light": _l("Light"), "dark": _l("Dark")},
}

BY_THE_WAY = ("delivery",)
"""Kinds that the trail shows only to those who ask for them: there are so many."""


def learn(actions: Mapping[str, str], kinds: Mapping[str, str]) -> None:
    """Take in the acts of a package, and what its kinds of things are called."""
    ACTIONS.update(actions)
    KINDS.update(kinds)


def action(name: str) -> str:
    """Return an action in words."""
    return str(ACTIONS[name]) if name in ACTIONS else gettext("changed something")


def kind(name: str) -> str:
    """Return what a kind of thing is called; nothing for one that has no name."""
    return str(KINDS[name]) if name in KINDS else ""


def choices() -> list[tuple[str, str]]:
    """Return the actions to choose from, in the order of their words; like ones once."""
    once = {str(label): name for name, label in ACTIONS.items()}
    return [(name, label) for label, name in sorted(once.items())]


def alike(name: str) -> list[str]:
    """Return all actions that are said in the same words."""
    return [other for other, label in ACTIONS.items() if str(label) == action(name)] or [name]


def field(name: str) -> str:
    """Return the name of a field in words."""
    return str(FIELDS[name]) if name in FIELDS else name.replace("_", " ").capitalize()
