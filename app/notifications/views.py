"""Pages: notices, wishes, the calendar's address, background work, and kept mail in a demo."""

from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.jobs import JobState
from app.notifications import calendars, channels, postbox, queries, words
from app.notifications.forms import WishesForm
from app.notifications.models import Notice
from app.notifications.services import feeds, operations
from app.notifications.services import inbox as services
from app.web.access import actor, public, signed_in, with_token
from app.web.pages import page, safe_path, see_other, tell

bp = Blueprint("notifications", __name__)


@bp.get("/notices")
@signed_in
def inbox() -> ResponseReturnValue:
    """List one's notices."""
    unread = request.args.get("show") == "unread"
    found = queries.inbox(actor(), unread=unread, cursor=request.args.get("cursor"))
    return page(page=found, unread=unread, line=_line)


@bp.get("/notices/<uuid:notice_id>")
@signed_in
def notice(notice_id: UUID) -> ResponseReturnValue:
    """Show a notice that leads nowhere else, such as what a teacher wrote."""
    found = queries.notice_for(actor(), notice_id)
    words = channels.words(found, current_locale(), actor().timezone)
    return page(notice=found, line=_line(found), paragraphs=words.split("\n\n"))


@bp.post("/notices/<uuid:notice_id>/open")
@signed_in
def open_notice(notice_id: UUID) -> ResponseReturnValue:
    """Mark a notice as read and go where it leads."""
    notice = queries.notice_for(actor(), notice_id)
    target = safe_path(notice.path, url_for("notifications.notice", notice_id=notice_id))
    services.mark_read(actor(), notice_id)
    if request.form.get("stay"):
        return see_other("notifications.inbox")
    return Response(status=303, headers={"Location": target})


@bp.post("/notices/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark all notices as read."""
    services.mark_all_read(actor())
    tell(_("All notices are marked as read."))
    return see_other("notifications.inbox")


@bp.route("/notices/preferences", methods=["GET", "POST"])
@signed_in
def preferences() -> ResponseReturnValue:
    """Choose what one is mailed about."""
    wishes = queries.wishes(actor().user_id)
    form = WishesForm(data={f"mail_{topic}": wanted for topic, wanted in wishes.items()})
    if form.accepted(lambda: services.choose_mail(actor(), form.chosen())):
        tell(_("Your choice is kept."))
        return see_other("notifications.preferences")
    return page(form=form, topics=words.TOPICS)


@bp.get("/notices/calendar")
@signed_in
def calendar() -> ResponseReturnValue:
    """Show the secret address of one's calendar."""
    feed = queries.feed_of(actor().user_id)
    return page(secret_address=_address(feed.secret) if feed else "", feed=feed)


@bp.post("/notices/calendar/renew")
@signed_in
def renew_calendar() -> ResponseReturnValue:
    """Make a new address for one's calendar; the former one ends."""
    feeds.renew(actor())
    tell(_("Your calendar has a new address."))
    return see_other("notifications.calendar")


@bp.post("/notices/calendar/end")
@signed_in
def end_calendar() -> ResponseReturnValue:
    """Take the address of one's calendar away."""
    feeds.end(actor())
    tell(_("Your calendar has no address any more."))
    return see_other("notifications.calendar")


@bp.get("/calendar/<string(maxlength=64):secret>.ics")
@with_token("calendar")
def calendar_feed(secret: str) -> ResponseReturnValue:
    """Answer with a person's calendar to whoever knows its address."""
    data = calendars.feed_for(queries.person_of_feed(secret))
    answer = Response(data, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers.set("Content-Disposition", "inline", filename="most.ics")
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/operations/jobs")
@signed_in
def jobs() -> ResponseReturnValue:
    """Show what the worker is awaited to do, does, did and could not do."""
    state = request.args.get("state", "")
    found = queries.jobs(actor(), state=state, cursor=request.args.get("cursor"))
    return page(
        page=found,
        state=state,
        states=list(JobState),
        counts=queries.job_counts(),
        overdue=queries.overdue(),
        labels=words,
    )


@bp.post("/operations/jobs/<uuid:job_id>/retry")
@signed_in
def retry_job(job_id: UUID) -> ResponseReturnValue:
    """Have a failed job tried again."""
    operations.retry(actor(), job_id)
    tell(_("The job is tried again."))
    return see_other("notifications.jobs", state=JobState.FAILED.value)


@bp.get("/mail")
@public
def mails() -> ResponseReturnValue:
    """List the mail that was kept instead of sent; in demo mode only."""
    if not postbox.is_open():
        return current_app.make_response(("", 404))
    found, older = postbox.newest(request.args.get("before", "")[:40])
    return page(mails=found, older=older)


@bp.get("/mail/<uuid:mail_id>")
@public
def mail(mail_id: UUID) -> ResponseReturnValue:
    """Show one kept mail as text with links to follow; in demo mode only."""
    if not postbox.is_open():
        return current_app.make_response(("", 404))
    return page(mail=postbox.mail(mail_id))


def _line(notice: Notice) -> str:
    return channels.subject(notice, current_locale(), actor().timezone)


def _address(secret: str) -> str:
    return f"{current_app.config['SETTINGS'].url}/calendar/{secret}.ics"
