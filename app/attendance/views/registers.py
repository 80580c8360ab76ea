"""The register of a session: to see, mark, close, open again, print and take away."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.attendance import policies, queries, services, sheets
from app.attendance.forms.marks import MarkForm, UnlockForm
from app.attendance.queries.registers import MOST, Line, Row
from app.attendance.services.marking import Details, StaleMark
from app.attendance.states import StatusKind
from app.attendance.views import bp
from app.attendance.views.lines import lines_of
from app.attendance.words import SOURCE_LABELS, STATUS_LABELS, STATUS_SIGNS
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.paging import Page
from app.courses.models.timetable import Session
from app.courses.states import SessionState
from app.courses.words import SESSION_CHIPS, SESSION_LABELS
from app.web.access import actor, signed_in
from app.web.pages import fragment, page, see_other, tell, wants_fragment
from app.web.zones import beside

KINDS = (StatusKind.PRESENT, StatusKind.LATE, StatusKind.EXCUSED, StatusKind.ABSENT)


@bp.get("/sessions/<uuid:session_id>/register")
@signed_in
def register(session_id: UUID) -> ResponseReturnValue:
    """Show the register: fifty people a page by name, or everyone with `?show=all`."""
    session = queries.registers.session_for(actor(), session_id)
    text = request.args.get("q", "")[:200]
    everyone = request.args.get("show") == "all" and not text
    if everyone:
        shown: Page[Line] = Page(queries.registers.all_of(session))
    else:
        shown = queries.registers.page_of(session, request.args.get("cursor"), text=text)
    counts = queries.registers.counts_of(session)
    sharers = queries.registers.device_sharers(session.id)
    is_open = session.state not in (SessionState.LOCKED, SessionState.CANCELLED)
    key = request.args.get("changed")
    changed = next((one for one in shown.items if one.key == key), None) if key else None
    return page(
        session=session,
        rows=shown,
        lines=lines_of(shown.items, sharers, is_open=is_open),
        everyone=everyone,
        text=text,
        most=MOST,
        changed=changed,
        may_unlock=policies.may_unlock(actor(), session.run),
        **_words(session),
        **_figures(counts),
    )


@bp.get("/sessions/<uuid:session_id>/register/counts")
@signed_in
def register_counts(session_id: UUID) -> ResponseReturnValue:
    """Show only how many are present, late, excused, absent and unmarked."""
    session = queries.registers.session_for(actor(), session_id)
    counts = queries.registers.counts_of(session)
    return fragment("attendance/_counts.html", base=_base(session), **_figures(counts))


@bp.post("/sessions/<uuid:session_id>/register/<uuid:enrolment_id>/mark")
@signed_in
def mark(session_id: UUID, enrolment_id: UUID) -> ResponseReturnValue:
    """Mark one person; answer with the cell alone when a script asks."""
    on_board = request.form.get("view") == "board"
    try:
        row = services.marking.mark(
            actor(),
            session_id,
            enrolment_id,
            _kind(request.form.get("mark", "")),
            version=_number(request.form.get("version", "")),
            client_key=request.form.get("key") or None,
        )
        status, said = 200, ""
    except StaleMark as error:
        if not wants_fragment():
            raise
        row, status, said = error.row, 409, str(error)
    if not wants_fragment():
        return _back(session_id, row.key)
    name = "attendance/_board_cell.html" if on_board else "attendance/_cell.html"
    base = url_for("attendance.register", session_id=session_id) if on_board else "register"
    answer = fragment(
        name, status=status, row=row, base=base, said=said, undo=not said, **_lean_words()
    )
    return (*answer, {"X-Fresh-Cell": "1"})  # type: ignore[misc]  # (text, status) and headers


@bp.post("/sessions/<uuid:session_id>/register/marks")
@signed_in
def marks(session_id: UUID) -> ResponseReturnValue:
    """Mark the person whose button was pressed: `present=<enrolment>.<version>`."""
    for kind in KINDS:
        if pressed := request.form.get(kind.value):
            key, _dot, version = pressed.partition(".")
            row = services.marking.mark(
                actor(), session_id, _id(key), kind, version=_number(version)
            )
            return _back(session_id, row.key)
    raise Invalid(_("Choose a mark."))


@bp.post("/sessions/<uuid:session_id>/register/all-present")
@signed_in
def mark_all_present(session_id: UUID) -> ResponseReturnValue:
    """Mark as present the unmarked people that the page showed."""
    shown = [_id(key) for key in request.form.get("shown", "").split(",") if key]
    number = services.marking.mark_all_present(actor(), session_id, shown)
    tell(ngettext("%(num)s person marked present.", "%(num)s people marked present.", number))
    return _back(session_id)


@bp.post("/sessions/<uuid:session_id>/register/<uuid:enrolment_id>/undo")
@signed_in
def undo(session_id: UUID, enrolment_id: UUID) -> ResponseReturnValue:
    """Take the last change of a mark back."""
    sent = request.form.get("undo") or request.form.get("version", "")
    row = services.marking.take_back(actor(), session_id, enrolment_id, version=_number(sent))
    tell(_("%(name)s: %(mark)s again.", name=row.name, mark=str(STATUS_LABELS[row.status])))
    return _back(session_id)


@bp.route("/sessions/<uuid:session_id>/register/<uuid:enrolment_id>", methods=["GET", "POST"])
@signed_in
def record(session_id: UUID, enrolment_id: UUID) -> ResponseReturnValue:
    """Show one mark with its history, and change what it says."""
    session = queries.registers.session_for(actor(), session_id)
    row = queries.registers.row_of(session, enrolment_id)
    form = MarkForm(data=_as_form(row))

    def act() -> None:
        services.marking.mark(
            actor(),
            session_id,
            enrolment_id,
            StatusKind(form.status.data),
            version=_number(form.version.data),
            details=Details(
                form.minutes_late.data,
                form.minutes_present.data,
                form.note.data or "",
                form.reason.data or "",
            ),
        )

    if form.accepted(act):
        return _back(session_id, row.key)
    history = queries.marks.history(row.record_id) if row.record_id else []
    return page(form=form, session=session, row=row, history=history, **_words(session))


@bp.post("/sessions/<uuid:session_id>/hold")
@signed_in
def hold(session_id: UUID) -> ResponseReturnValue:
    """Confirm that the session takes place."""
    services.registers.hold(actor(), session_id)
    tell(_("The session is noted as held."))
    return _back(session_id)


@bp.route("/sessions/<uuid:session_id>/register/close", methods=["GET", "POST"])
@signed_in
def close_register(session_id: UUID) -> ResponseReturnValue:
    """Close the register after saying what that means."""
    session = queries.registers.session_for(actor(), session_id)
    if request.method == "POST":
        missing = services.registers.lock(actor(), session_id)
        tell(
            ngettext(
                "The register is closed; %(num)s person was noted as absent.",
                "The register is closed; %(num)s people were noted as absent.",
                missing,
            )
        )
        return _back(session_id)
    counts = queries.registers.counts_of(session)
    return page(session=session, unmarked=counts.get(None, 0), **_words(session))


@bp.route("/sessions/<uuid:session_id>/register/open", methods=["GET", "POST"])
@signed_in
def open_register(session_id: UUID) -> ResponseReturnValue:
    """Open a closed register again, with a reason."""
    session = queries.registers.session_for(actor(), session_id)
    policies.may_unlock.require(actor(), session.run)
    form = UnlockForm()
    if form.accepted(
        lambda: services.registers.unlock(actor(), session_id, reason=form.reason.data or "")
    ):
        tell(_("The register is open again."))
        return _back(session_id)
    return page(form=form, session=session, **_words(session))


@bp.get("/sessions/<uuid:session_id>/sheet")
@signed_in
def sheet(session_id: UUID) -> ResponseReturnValue:
    """Show the register as a sheet to print and sign."""
    session = queries.registers.session_for(actor(), session_id)
    return page(
        session=session, rows=queries.registers.all_of(session), printed_at=now(), **_words(session)
    )


@bp.get("/sessions/<uuid:session_id>/register.<any(csv, xlsx):kind>")
@signed_in
def register_file(session_id: UUID, kind: str) -> ResponseReturnValue:
    """Give the register as a table to take away."""
    session = queries.registers.session_for(actor(), session_id)
    rows = queries.registers.full_rows(session, 10_000)
    return file_of(sheets.of_register(rows), f"register-{session.number}", kind)


def file_of(sheet: sheets.Sheet, name: str, kind: str) -> Response:
    """Return a table as a download."""
    content, media_type = sheets.as_file(sheet, kind)
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _back(session_id: UUID, key: str = "") -> ResponseReturnValue:
    """Return to the page of the register that the form was on, with the line that changed."""
    where = {name: request.form[name] for name in ("cursor", "show", "q") if request.form.get(name)}
    if key:
        where |= {"changed": key, "_anchor": f"r{key}"}
    return see_other("attendance.register", session_id=session_id, **where)


def _base(session: Session) -> str:
    return url_for("attendance.register", session_id=session.id)


def _figures(counts: dict[StatusKind | None, int]) -> dict[str, Any]:
    return {"counts": counts, "total": sum(counts.values()), "Kind": StatusKind}


def _lean_words() -> dict[str, Any]:
    return {"labels": STATUS_LABELS, "signs": STATUS_SIGNS, "Kind": StatusKind}


def _words(session: Session) -> dict[str, Any]:
    return {
        "labels": STATUS_LABELS,
        "signs": STATUS_SIGNS,
        "sources": SOURCE_LABELS,
        "base": _base(session),
        "state_label": SESSION_LABELS[session.state],
        "state_chip": SESSION_CHIPS[session.state],
        "is_locked": session.state == SessionState.LOCKED,
        "is_scheduled": session.state == SessionState.SCHEDULED,
        "is_cancelled": session.state == SessionState.CANCELLED,
        "has_begun": session.starts_at <= now(),
        "zones": beside(session.timezone),
    }


def _as_form(row: Row) -> dict[str, Any]:
    return {
        "status": row.status.value if row.status else None,
        "minutes_late": row.minutes_late,
        "minutes_present": row.minutes_present,
        "note": row.note,
        "version": str(row.version),
    }


def _kind(word: str) -> StatusKind:
    try:
        return StatusKind(word)
    except ValueError:
        raise Invalid(_("There is no such mark.")) from None


def _number(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 -- fits a column


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("This person is not in the register of the session.")) from None
