"""Issuing for a run: who is ready, who is not and why, how far it is, what became of each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.certificates import policies, queries, services
from app.certificates.forms import IssueForm, PromiseForm, choices_of
from app.certificates.models import DesignVersion
from app.certificates.queries.eligibility import Candidate
from app.certificates.reasons import ABOUT_NAMES, Hindrance, Kind, Obstacle
from app.certificates.snapshots import scripts_of
from app.certificates.views import bp
from app.certificates.words import CERTIFICATE_CHIPS, CERTIFICATE_LABELS, KIND_LABELS, in_words
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.jobs import JobState
from app.courses.models.runs import Run
from app.courses.policies import may_manage_run
from app.courses.queries.runs import run_for
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import fragment, page, see_other, tell, wants_fragment

STOP_POLLING = 286


@bp.route("/runs/<uuid:run_id>/certificates", methods=["GET", "POST"])
@signed_in
@once
def run_certificates(run_id: UUID) -> ResponseReturnValue:
    """Show who of a run can get a certificate, and issue for those who are ticked."""
    run = _run(run_id)
    versions = queries.designs.published_for(run.institution_id)
    form = IssueForm(request.args) if request.method == "GET" else IssueForm()
    form.design.choices = choices_of((str(one.id), one.design.name) for one in versions)
    form.kind.choices = choices_of((one.value, KIND_LABELS[one]) for one in Kind)
    version = _chosen(run, versions, form.design.data)
    kind = Kind(form.kind.data) if form.kind.data in set(Kind) else Kind.COMPLETION
    form.design.data, form.kind.data = str(version.id) if version else "", kind
    started: list[UUID] = []
    if version and form.accepted(lambda: started.append(_start(run, version, kind))):
        return see_other(".issue_progress", job_id=started[0])
    return page(
        form=form,
        run=run,
        version=version,
        promise=_promise_form(run, versions),
        is_promise_void=_is_void(run, versions),
        may_plan=may_manage_run(actor(), run),
        jobs=queries.jobs.of_run(run_id),
        **_groups(run_id, kind, version),
    )


@bp.post("/runs/<uuid:run_id>/certificates/promise")
@signed_in
def promise(run_id: UUID) -> ResponseReturnValue:
    """Choose what those who complete the run get without being asked."""
    run = _run(run_id)
    form = _promise_form(run, queries.designs.published_for(run.institution_id))
    if not form.accepted(lambda: services.promises.promise(actor(), run.id, _design(form))):
        tell(" ".join(map(str, form.form_errors)) or _("Choose one of the designs."), "no")
    elif _design(form):
        tell(_("Whoever completes the run from now on gets a certificate at once."))
    else:
        tell(_("Nobody gets a certificate without your issuing it."))
    return see_other(".run_certificates", run_id=run_id)


@bp.post("/runs/<uuid:run_id>/certificates/names")
@signed_in
def ask_for_names(run_id: UUID) -> ResponseReturnValue:
    """Ask those who have not confirmed their names to do it."""
    run = _run(run_id)
    wanted = [
        one.enrolment.trainee_id
        for one in queries.eligibility.candidates(run_id, Kind.COMPLETION)
        if {found.obstacle for found in one.hindrances(Kind.COMPLETION, _ALL)} & ABOUT_NAMES
    ]
    number = services.names.ask_to_confirm(actor(), run.id, wanted)
    tell(ngettext("%(num)s person was asked.", "%(num)s people were asked.", number))
    return see_other(".run_certificates", run_id=run_id)


@bp.get("/certificates/jobs/<uuid:job_id>")
@signed_in
def issue_progress(job_id: UUID) -> ResponseReturnValue:
    """Show how far issuing is, and what became of each person."""
    job = queries.jobs.job(job_id)
    run = _run(UUID(str(job.arguments[0])))
    values: dict[str, Any] = {
        "job": job,
        "run": run,
        "job_url": url_for(".issue_progress", job_id=job_id),
        "results": _results(queries.jobs.results(job)),
    }
    if wants_fragment():
        over = job.state in (JobState.DONE, JobState.FAILED)
        return fragment(
            "certificates/_progress.html", status=STOP_POLLING if over else 200, **values
        )
    return page(**values)


@bp.post("/certificates/<uuid:certificate_id>/print")
@signed_in
def print_again(certificate_id: UUID) -> ResponseReturnValue:
    """Try once more to print a certificate that has its number but no file."""
    found = queries.certificates.certificate_for(actor(), certificate_id)
    services.issuing.print_later(actor(), found.id)
    tell(_("It is being printed."), "wait")
    return see_other(".certificate_detail", certificate_id=found.id)


_ALL = ("latin", "cyrillic", "han")


def _run(run_id: UUID) -> Run:
    run = run_for(actor(), run_id)
    if not policies.may_issue(actor(), run):
        raise NotFound(_("There is no such run."))
    return run


def _promise_form(run: Run, versions: Sequence[DesignVersion]) -> PromiseForm:
    form = PromiseForm(data={"design_id": str(run.certificate_design_id or "")})
    known = [(str(one.design_id), one.design.name) for one in versions]
    form.design_id.choices = choices_of([("", _("nothing until you issue it here")), *known])
    return form


def _design(form: PromiseForm) -> UUID | None:
    return UUID(form.design_id.data) if form.design_id.data else None


def _is_void(run: Run, versions: Sequence[DesignVersion]) -> bool:
    """Tell whether the design that was promised was put away since."""
    promised = run.certificate_design_id
    return promised is not None and promised not in {one.design_id for one in versions}


def _chosen(run: Run, versions: Sequence[DesignVersion], asked: str | None) -> DesignVersion | None:
    """Return the design asked for, else the run's own, else the first."""
    for one in versions:
        if str(one.id) == asked:
            return one
    for one in versions:
        if one.design_id == run.certificate_design_id:
            return one
    return versions[0] if versions else None


def _start(run: Run, version: DesignVersion, kind: Kind) -> UUID:
    ticked = []
    for text in request.form.getlist("people"):
        try:
            ticked.append(UUID(text))
        except ValueError:
            continue
    order = services.issuing.Order(version.id, kind)
    return services.issuing.issue_for_run(actor(), run.id, order, ticked)


def _groups(run_id: UUID, kind: Kind, version: DesignVersion | None) -> dict[str, Any]:
    scripts = scripts_of(version.layout) if version else list(_ALL)
    ready: list[Candidate] = []
    blocked: list[tuple[Candidate, list[str]]] = []
    served: list[Candidate] = []
    asks = 0
    for one in queries.eligibility.candidates(run_id, kind):
        found = one.hindrances(kind, scripts)
        if one.record.has_certificate:
            served.append(one)
        elif found:
            blocked.append((one, [in_words(each) for each in found]))
            asks += bool({each.obstacle for each in found} & ABOUT_NAMES)
        else:
            ready.append(one)
    return {
        "ready": ready,
        "blocked": blocked,
        "served": served,
        "asks": asks,
        "kind": kind,
        "labels": CERTIFICATE_LABELS,
        "chips": CERTIFICATE_CHIPS,
    }


def _results(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Return name, tone, words and number of each person whom the job has dealt with."""
    return [(row["name"], *_outcome(row)) for row in rows]


def _outcome(row: dict[str, Any]) -> tuple[str, str, str]:
    if row["outcome"] == "issued":
        return "ok", _("Issued"), row["number"]
    if row["outcome"] == "cancelled":
        return "no", _("It was cancelled before it was printed."), row["number"]
    if row["outcome"] == "not_ready":
        why = (Hindrance(Obstacle(name), values) for name, values in row["why"])
        return "no", " ".join(in_words(one) for one in why), ""
    if row["outcome"] == "unprintable":
        return "no", _("It could not be printed. An operator can see why."), ""
    return "no", _("There is no such enrolment."), ""
