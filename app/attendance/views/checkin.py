"""Checking in: the page for the wall, the pages for the phone, the pass and the door."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.attendance import checkin, passes, queries, services
from app.attendance.forms.checkin import CodeForm
from app.attendance.services.checkin import CheckedIn
from app.attendance.states import StatusKind
from app.attendance.views import bp
from app.attendance.words import STATUS_LABELS
from app.core import codes
from app.core.clock import now
from app.core.errors import Gone, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.throttle import hit
from app.core.tokens import new_secret
from app.courses.models.timetable import Session
from app.courses.states import SessionState
from app.web.access import actor, public, signed_in
from app.web.pages import fragment, page, see_other, tell, wants_fragment
from app.web.zones import beside

DEVICE = "device"
A_YEAR = 31_536_000
GUESSES = 20
GUESSES_OF_ALL = 1000
WINDOW = 600
"""Wrong codes a person, and one address with many people behind it, may send in ten minutes."""


# The wall


@bp.get("/sessions/<uuid:session_id>/check-in-screen")
@signed_in
def check_in_screen(session_id: UUID) -> ResponseReturnValue:
    """Show the room a picture and a code that change every half minute."""
    session = queries.registers.session_for(actor(), session_id)
    if wants_fragment():
        return fragment("attendance/_screen.html", session=session, **_screen(session))
    return page(session=session, **_screen(session))


def _screen(session: Session) -> dict[str, Any]:
    moment = now()
    window = checkin.window_of(session.starts_at, session.ends_at, session.checkin_opens_minutes)
    open_states = (SessionState.SCHEDULED, SessionState.HELD)
    is_open = window.holds(moment) and session.state in open_states
    code = checkin.code_for(session.checkin_secret.encode(), session.id, moment)
    address = url_for("attendance.scan", session_id=session.id, code=code, _external=True)
    counts = queries.registers.counts_of(session)
    return {
        "is_open": is_open,
        "opens_at": window.opens_at,
        "is_early": moment < window.opens_at,
        "picture": passes.picture(address) if is_open else "",
        "code": codes.grouped(code) if is_open else "",
        "typed_at": url_for("attendance.check_in", _external=True),
        "seconds": checkin.seconds_left(moment),
        "step": checkin.STEP_SECONDS,
        "marked": sum(counts.values()) - counts.get(None, 0),
        "total": sum(counts.values()),
        "zones": beside(session.timezone),
        "base": url_for("attendance.register", session_id=session.id),
    }


# The phone


@bp.get("/check-in/<uuid:session_id>/<string(maxlength=40):code>")
@public
def scan(session_id: UUID, code: str) -> ResponseReturnValue:
    """Prove the code that the phone's camera read, before anybody signs in."""
    try:
        token = services.checkin.prove(session_id, code)
    except Gone:
        _count_guess()
        raise
    return _with_device(see_other("attendance.confirm", token=token))


@bp.route("/check-in", methods=["GET", "POST"])
@public
def check_in() -> ResponseReturnValue:
    """Take a typed code; the session is the one it belongs to."""
    form = CodeForm()
    if form.validate_on_submit():
        code = form.code.data or ""
        _count_guess()
        try:
            if not actor().is_anonymous:
                return _done(
                    services.checkin.check_in_by_code(actor(), code, device=_device_digest())
                )
            token = services.checkin.prove_typed(code)
            return _with_device(see_other("attendance.confirm", token=token))
        except Gone as error:
            form.blame(Invalid(str(error), field="code"))
    mine = [] if actor().is_anonymous else queries.checkin.open_for(actor().user_id, now())
    return _with_device(make_response(page(form=form, sessions=mine, beside=beside)))


@bp.route("/check-in/claims/<string(maxlength=600):token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """Ask the person to confirm, or to sign in first: the proof is kept for ten minutes."""
    if request.method == "POST" and not actor().is_anonymous:
        return _done(services.checkin.use_claim(actor(), token, device=_device_digest()))
    claim = services.checkin.claim_in(token)
    session = queries.checkin.session_by_id(claim.session_id)
    g.no_store = True
    return page(session=session, token=token, lapses_at=claim.lapses_at, beside=beside)


@bp.get("/check-in/sessions/<uuid:session_id>")
@signed_in
def checked_in(session_id: UUID) -> ResponseReturnValue:
    """Show the person their own mark in the session."""
    session = queries.checkin.session_by_id(session_id)
    own = queries.checkin.own_record(session_id, actor().user_id)
    if own is None or own.status is None:
        raise NotFound(_("You have not checked in to this session."))
    return page(session=session, own=own, label=STATUS_LABELS[own.status], beside=beside)


def _done(done: CheckedIn) -> ResponseReturnValue:
    return see_other("attendance.checked_in", session_id=done.session_id)


# The pass and the door


@bp.get("/pass")
@signed_in
def my_pass() -> ResponseReturnValue:
    """Show the person's own pass, to be scanned at the door."""
    if wants_fragment():
        return fragment("attendance/_pass.html", **_pass())
    return page(**_pass())


def _pass() -> dict[str, Any]:
    return {"own": passes.shown_to(actor(), now()), "step": checkin.PASS_SECONDS}


@bp.route("/pass/<uuid:person_id>/<string(maxlength=40):code>", methods=["GET", "POST"])
@signed_in
def show_pass(person_id: UUID, code: str) -> ResponseReturnValue:
    """Admit the holder of a scanned pass to a session that is open now."""
    if person_id == actor().user_id:
        return see_other("attendance.my_pass")
    if not queries.checkin.keeps_any_register(actor()):
        raise NotFound(_("There is no such page, or it is not for you."))
    if request.method == "POST":
        chosen = request.form.get("session", "")
        done = services.checkin.admit(actor(), _session_id(chosen), person_id, code)
        _say_admitted(queries.checkin.name_of(person_id), done)
        return see_other("attendance.door", session_id=done.session_id)
    services.checkin.read_pass(person_id, code)
    open_now = queries.checkin.open_at_door(actor(), person_id, now())
    name = queries.checkin.name_of(person_id) if open_now else ""
    return page(name=name, sessions=open_now, beside=beside)


@bp.route("/sessions/<uuid:session_id>/door", methods=["GET", "POST"])
@signed_in
def door(session_id: UUID) -> ResponseReturnValue:
    """Admit people by the code of their pass, typed or read aloud."""
    session = queries.registers.session_for(actor(), session_id)
    form = CodeForm()
    if form.validate_on_submit():
        hit(f"pass:{actor().user_id}", limit=GUESSES_OF_ALL, seconds=WINDOW)
        try:
            done, name = services.checkin.admit_by_code(actor(), session_id, form.code.data or "")
        except Gone as error:
            form.blame(Invalid(str(error), field="code"))
        else:
            _say_admitted(name, done)
            return see_other("attendance.door", session_id=session_id)
    return page(
        form=form,
        session=session,
        arrivals=queries.checkin.latest_arrivals(session.id),
        labels=STATUS_LABELS,
        base=url_for("attendance.register", session_id=session.id),
    )


def _say_admitted(name: str, done: CheckedIn) -> None:
    label = str(STATUS_LABELS[done.status])
    if done.is_new and done.status == StatusKind.ABSENT:
        tell(_("%(name)s came too late and is marked: %(mark)s.", name=name, mark=label), "wait")
    elif done.is_new:
        tell(_("%(name)s is marked: %(mark)s.", name=name, mark=label))
    else:
        tell(_("%(name)s was marked already: %(mark)s.", name=name, mark=label), "wait")


def _session_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("Choose a session.")) from None


# Devices and guesses


def _count_guess() -> None:
    """Count a try at a code by person, and by address, behind which a whole room may sit."""
    if not actor().is_anonymous:
        hit(f"check-in:{actor().user_id}", limit=GUESSES, seconds=WINDOW)
    else:
        hit(f"check-in:{request.remote_addr}", limit=GUESSES_OF_ALL, seconds=WINDOW)


def _device_digest() -> str:
    """Return what tells this browser from others, or nothing when it keeps no cookies."""
    secret = request.cookies.get(DEVICE, "")
    return sha256(f"device:{secret}".encode()).hexdigest() if secret else ""


def _with_device(answer: ResponseReturnValue) -> Response:
    """Let the browser remember a random number, so that two people on one phone are noticed."""
    response = make_response(answer)
    if DEVICE not in request.cookies:
        response.set_cookie(
            DEVICE,
            new_secret(),
            max_age=A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return response
