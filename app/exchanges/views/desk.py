"""The office's desk: the list of applications, and what is done to several at once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.spreadsheets import Value
from app.courses.forms.choices import id_of
from app.exchanges.forms.applications import ReturnForm
from app.exchanges.forms.selection import AssignForm, KeepViewForm
from app.exchanges.queries import desk as queries
from app.exchanges.queries import reviews as review_queries
from app.exchanges.services import desk as services
from app.exchanges.services import reviews as review_services
from app.exchanges.services.call_plans import moment_of
from app.exchanges.views.blueprint import bp
from app.exchanges.words import applications as application_words
from app.exchanges.words import desk as desk_words
from app.exchanges.words import selection as selection_words
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.once import once
from app.web.pages import page, see_other, tell

MOST_TICKED = 500
MOST_TOLD = 5
"""Refusals that are told one by one after a deed done to many."""

LABELS: dict[str, Any] = {
    "LABELS": application_words.APPLICATION_LABELS,
    "CHIPS": application_words.APPLICATION_CHIPS,
    "VIEWS": desk_words.VIEWS,
}


@bp.get("/exchanges/desk")
@signed_in
def desk() -> ResponseReturnValue:
    """List the applications of one's office, by saved views."""
    wanted = wanted_now()
    found = queries.desk(actor(), wanted, cursor=request.args.get("cursor"))
    ids = [row.id for row in found.items]
    numbers = queries.counts(actor(), wanted.call_id)
    return page(
        page=found,
        wanted=wanted,
        given=given(wanted),
        numbers=numbers,
        matching=_matching(wanted, numbers),
        most=MOST_TICKED,
        calls=queries.calls(actor()),
        reviews=queries.reviews_of(ids),
        unchecked=queries.unchecked_of(ids),
        hosts=queries.hosts([row.destination_id for row in found.items]),
        kept=queries.saved_views(actor()),
        keep_form=KeepViewForm(),
        **LABELS,
    )


@bp.get("/exchanges/desk/applications.<string(maxlength=4):kind>")
@signed_in
def desk_file(kind: str) -> ResponseReturnValue:
    """Answer with the list, or with what was ticked of it, as a spreadsheet."""
    ids = [] if request.args.get("all") else ticked()
    rows = queries.everything(actor(), wanted_now(), ids)
    return _sheet(rows, kind_of(kind))


@bp.route("/exchanges/desk/assign", methods=["GET", "POST"])
@signed_in
@once
def desk_assign() -> ResponseReturnValue:
    """Give the applications that were ticked to reviewers."""
    rows = queries.some(actor(), chosen())
    if not rows:
        return _nothing_ticked()
    form, found = AssignForm(), list[review_services.Assigned]()
    people = review_queries.reviewers_at(queries.home_of(rows[0].id), rows[0].call_id)
    form.offer((one.id, f"{one.display_name}, {one.email}") for one in people)

    def assign() -> None:
        chosen = _chosen(form)
        due_at = due_moment(form)
        ids = [row.id for row in rows]
        found.append(review_services.assign(actor(), ids, chosen, due_at=due_at))

    if form.accepted(assign):
        _tell_assigned(found[0], {one.id: one.display_name for one in people})
        return _back(rows)
    return page(form=form, rows=rows, **LABELS)


@bp.post("/exchanges/desk/send")
@signed_in
def desk_send() -> ResponseReturnValue:
    """Send the applications that were ticked to review; ask before all that match are sent."""
    rows = queries.some(actor(), chosen())
    if not rows:
        return _nothing_ticked()
    if request.form.get("all"):
        return page(rows=rows, **LABELS)
    done, refused = services.send_all(actor(), [row.id for row in rows])
    if done:
        tell(
            ngettext(
                "%(num)s application is under review.",
                "%(num)s applications are under review.",
                done,
            )
        )
    tell_refused(refused)
    return _back(rows)


@bp.route("/exchanges/desk/return", methods=["GET", "POST"])
@signed_in
def desk_return() -> ResponseReturnValue:
    """Give the applications that were ticked back to their applicants, with what to change."""
    rows = queries.some(actor(), chosen())
    if not rows:
        return _nothing_ticked()
    form, found = ReturnForm(), list[tuple[int, services.Refused]]()

    def give_back() -> None:
        due_at = due_moment(form)
        ids = [row.id for row in rows]
        found.append(
            services.return_all(actor(), ids, reason=form.reason.data or "", due_at=due_at)
        )

    if form.accepted(give_back):
        done, refused = found[0]
        if done:
            tell(
                ngettext(
                    "%(num)s application went back to its applicant.",
                    "%(num)s applications went back to their applicants.",
                    done,
                )
            )
        tell_refused(refused)
        return _back(rows)
    return page(form=form, rows=rows, **LABELS)


@bp.post("/exchanges/desk/filters")
@signed_in
@once
def desk_keep_view() -> ResponseReturnValue:
    """Keep the filters at hand under a name."""
    form = KeepViewForm()
    filters = {name: request.form.get(name, "") for name in services.KEPT}
    if form.accepted(lambda: services.keep_view(actor(), form.name.data or "", filters)):
        tell(_("The filter is kept."))
    else:
        faults = [*form.form_errors, *(error for field in form for error in field.errors)]
        tell(" ".join(str(error) for error in faults), "no")
    return see_other("exchanges.desk", **{key: value for key, value in filters.items() if value})


@bp.post("/exchanges/desk/filters/<uuid:view_id>/remove")
@signed_in
def desk_drop_view(view_id: UUID) -> ResponseReturnValue:
    """Forget one of one's own filters."""
    services.drop_view(actor(), view_id)
    tell(_("The filter is removed."))
    return see_other("exchanges.desk")


def wanted_now() -> queries.Wanted:
    """Return what the address asks for."""
    show = request.args.get("show", "")
    sort = request.args.get("sort", "")
    return queries.Wanted(
        show=show if show in queries.VIEWS else "waiting",
        call_id=id_of(request.args.get("call")),
        text=request.args.get("q", "")[:200],
        sort=sort if sort.removeprefix("-") in queries.SORTS else "sent",
    )


def given(wanted: queries.Wanted) -> dict[str, str]:
    """Return the arguments of an address that asks for the same, without what goes unsaid."""
    said = {
        "show": wanted.show if wanted.show != "waiting" else "",
        "call": str(wanted.call_id) if wanted.call_id else "",
        "q": wanted.text,
        "sort": wanted.sort if wanted.sort != "sent" else "",
    }
    return {name: value for name, value in said.items() if value}


def ticked() -> list[UUID]:
    """Return the ids that were ticked; what is no id is left out."""
    raw = request.form.getlist("ids") or request.args.getlist("ids")
    found = [id_of(one) for one in raw[:MOST_TICKED]]
    return list(dict.fromkeys(one for one in found if one is not None))


def chosen() -> Sequence[UUID]:
    """Return the ids that were ticked, or of all that match when that was asked for."""
    given_now = request.form if request.method == "POST" else request.args
    if not given_now.get("all"):
        return ticked()
    found = queries.all_ids(actor(), wanted_now(), most=MOST_TICKED + 1)
    if len(found) > MOST_TICKED:
        tell(_("At most %(most)s at once: narrow the list first.", most=MOST_TICKED), "no")
        return []
    return found


def back_to_list(endpoint: str = "exchanges.desk", **values: object) -> ResponseReturnValue:
    """Lead back to the list, or to one of it, with the filters that were given."""
    return see_other(endpoint, **values, **given(wanted_now()))


@bp.app_template_global("desk_list")
def desk_list() -> dict[str, str]:
    """Return the arguments of the list of the desk that the reader works through."""
    return given(wanted_now())


def due_moment(form: Any) -> datetime:
    """Return the moment that was typed into a form, on the reader's own clock. Raises Invalid."""
    typed: datetime = form.due_at.data
    return moment_of(typed, actor().timezone, "due_at")


def tell_refused(refused: services.Refused) -> None:
    """Say why nothing was done to some of the applications."""
    for number, why in refused[:MOST_TOLD]:
        tell(_("Application %(number)s: %(why)s", number=number, why=why), "no")
    if len(refused) > MOST_TOLD:
        tell(_("%(num)s more were left as they are.", num=len(refused) - MOST_TOLD), "no")


def _matching(wanted: queries.Wanted, numbers: dict[str, int]) -> int:
    """Return how many match, as far as all of them can be ticked at once."""
    if not wanted.text and wanted.show in numbers:
        return numbers[wanted.show]
    return len(queries.all_ids(actor(), wanted, most=MOST_TICKED + 1))


def _chosen(form: AssignForm) -> list[UUID]:
    """Return the reviewers who were ticked or named by address. Raises Invalid."""
    named = [line.strip() for line in (form.addresses.data or "").splitlines() if line.strip()]
    found = review_queries.by_address(named)
    unknown = [one for one in named if one.casefold() not in found]
    if unknown:
        raise Invalid(
            _("Nobody has an account with the address %(address)s.", address=unknown[0]),
            field="addresses",
        )
    ticks = [id_of(one) for one in form.reviewers.data or []]
    return list(dict.fromkeys([one for one in ticks if one is not None] + list(found.values())))


def _tell_assigned(found: review_services.Assigned, names: dict[UUID, str]) -> None:
    if found.made:
        tell(ngettext("%(num)s review was assigned.", "%(num)s reviews were assigned.", found.made))
    for number, reviewer_id, tie in found.conflicts[:MOST_TOLD]:
        tell(
            _(
                "Application %(number)s was not assigned to %(name)s: %(why)s.",
                number=number,
                name=names.get(reviewer_id, _("this reviewer")),
                why=selection_words.TIES[tie],
            ),
            "no",
        )
    if not found.made and not found.conflicts:
        tell(_("The reviewers had these applications already."), "wait")


def _back(rows: Any) -> ResponseReturnValue:
    if len(rows) == 1:
        return back_to_list("exchanges.desk_application", application_id=rows[0].id)
    return back_to_list()


def _nothing_ticked() -> ResponseReturnValue:
    queries.offices(actor())
    if not request.values.get("all"):
        tell(_("Tick at least one application."), "no")
    return back_to_list()


def _sheet(rows: Any, kind: str) -> Response:
    headers = [
        _("Number"),
        _("Name"),
        _("E-mail address"),
        _("Call"),
        _("State"),
        _("Sent on"),
        _("Points"),
        _("Place in the ranking"),
        _("Destination"),
    ]
    hosts = queries.hosts([row.destination_id for row in rows])
    lines: list[list[Value]] = [
        [
            row.number,
            row.display_name,
            row.email,
            row.code,
            str(application_words.APPLICATION_LABELS[row.state]),
            row.submitted_at,
            None if row.score_milli is None else Decimal(row.score_milli) / 1000,
            row.place,
            desk_words.in_words(hosts.get(row.destination_id)),
        ]
        for row in rows
    ]
    return download(_("Applications"), headers, lines, kind)
