"""The attendance board of a run."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.attendance import policies, sheets, yardstick
from app.attendance.queries.board import SORTS, Board, is_markable, of_run, page_of
from app.attendance.states import StatusKind
from app.attendance.views import bp
from app.attendance.views.registers import file_of
from app.attendance.words import STATUS_LABELS, STATUS_SIGNS
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.courses.models.runs import Run
from app.courses.policies import may_manage_run
from app.courses.queries.runs import run_for
from app.courses.states import SessionState
from app.courses.words import RUN_CHIPS, RUN_LABELS
from app.web.access import actor, signed_in
from app.web.pages import page


@bp.get("/runs/<uuid:run_id>/attendance")
@signed_in
def board(run_id: UUID) -> ResponseReturnValue:
    """Show people by sessions, with figures, to be marked by click or key."""
    run = _kept(run_id)
    shown = _board(run_id)
    place = shown.current(now())
    return page(
        run=run,
        board=shown,
        people=page_of(shown, request.args.get("cursor")),
        today=place,
        current=shown.sessions[place] if place is not None else None,
        markable=[is_markable(one, now()) for one in shown.sessions],
        bases=[url_for("attendance.register", session_id=one.id) for one in shown.sessions],
        here_now=_here_now(shown, place),
        below=sum(one.is_below for one in shown.people),
        lost=sum(one.is_lost for one in shown.people),
        on_track=sum(bool(one.tally.weight) and not one.is_below for one in shown.people),
        labels=STATUS_LABELS,
        signs=STATUS_SIGNS,
        Kind=StatusKind,
        locked=SessionState.LOCKED,
        RUN_LABELS=RUN_LABELS,
        RUN_CHIPS=RUN_CHIPS,
        may_manage=may_manage_run(actor(), run),
    )


@bp.get("/runs/<uuid:run_id>/attendance.<any(csv, xlsx):kind>")
@signed_in
def board_file(run_id: UUID, kind: str) -> ResponseReturnValue:
    """Give the board as a table to take away."""
    run = _kept(run_id)
    return file_of(sheets.of_board(_board(run_id)), f"attendance-{run.code}", kind)


def _kept(run_id: UUID) -> Run:
    run = run_for(actor(), run_id)
    if not policies.may_mark(actor(), run):
        raise NotFound(_("There is no such run."))
    return run


def _board(run_id: UUID) -> Board:
    wanted = str(request.args.get("sort", SORTS[0]))
    sort = wanted if wanted.removeprefix("-") in SORTS else SORTS[0]
    return of_run(run_id, yardstick.of_run(run_id), sort=sort)


def _here_now(shown: Board, place: int | None) -> int:
    came = {StatusKind.PRESENT, StatusKind.LATE, StatusKind.PARTIAL, StatusKind.LEFT_EARLY}
    if place is None:
        return 0
    return sum(one.cells[place].status in came for one in shown.people)
