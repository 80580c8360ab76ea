"""The trail as a page and as a file."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.audit import policies, queries, words
from app.audit.directory import Thing
from app.audit.forms import filter_from
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.locale import chosen_zone
from app.web.pages import page

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("")
@signed_in
def trail() -> ResponseReturnValue:
    """Show who did what: everything one may read, the newest first."""
    policies.may_read.require(actor(), None)
    wanted = filter_from(request.args, chosen_zone())
    return page(
        lines=queries.trail(actor(), wanted, cursor=request.args.get("cursor")),
        wanted=wanted,
        actions=words.choices(),
        chosen=words.alike(wanted.action) if wanted.action else (),
        reads_others=policies.reads_others(actor()),
    )


@bp.get("/export.<string(maxlength=4):ending>")
@signed_in
def export_trail(ending: str) -> ResponseReturnValue:
    """Save the same trail as CSV or XLSX; times in UTC."""
    kind = kind_of(ending)
    policies.may_read.require(actor(), None)
    wanted = filter_from(request.args, chosen_zone())
    headers = [
        _("Time (UTC)"),
        _("Who"),
        _("Action"),
        _("Kind"),
        _("Thing"),
        _("Changes"),
        _("Reason"),
    ]
    rows = (
        (
            line.entry.at.isoformat(timespec="seconds"),
            line.who,
            line.did,
            line.kind,
            _name(line.thing),
            "; ".join(f"{name}: {before} → {after}" for name, before, after in line.changes),
            line.entry.reason,
        )
        for line in queries.whole_trail(actor(), wanted)
    )
    return download(_("Audit trail"), headers, rows, kind)


def _name(thing: Thing | None) -> str:
    if thing is None:
        return ""
    return thing.name if isinstance(thing.name, str) else thing.name.in_(current_locale())
