"""A page that checks a learning agreement as another system wrote it."""

from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue

from app.core.errors import Forbidden, Invalid
from app.core.i18n import gettext as _
from app.exchanges.forms.learning_agreements import MessageForm
from app.exchanges.policies.parties import works_in_an_office
from app.exchanges.rules.learning_agreement_checks import Finding, WholeAgreement, check
from app.exchanges.rules.learning_agreement_xml import UnreadableMessage, agreements, tree
from app.exchanges.views.blueprint import bp
from app.exchanges.words import learning_agreements as words
from app.web.access import actor, signed_in
from app.web.pages import page
from app.web.uploads import takes_files

MOST_AGREEMENTS = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """One agreement of a message and what is wrong with it."""

    agreement: WholeAgreement
    findings: list[Finding]


@bp.route("/exchanges/learning-agreements/check", methods=["GET", "POST"])
@signed_in
@takes_files
def learning_agreement_check() -> ResponseReturnValue:
    """Say what is wrong with agreements in a message of Erasmus Without Paper; keep nothing."""
    if not works_in_an_office(actor()):
        raise Forbidden(_("Exchange offices check the messages of their partners."))
    form = MessageForm()
    checked: list[Checked] = []
    form.accepted(lambda: checked.extend(_checked(form.file.data)))
    return page(form=form, checked=checked, words=words)


def _checked(upload: Any) -> list[Checked]:
    try:
        found = list(agreements(tree(upload.read())))
    except UnreadableMessage as problem:
        raise Invalid(
            _("This is no XML that can be read here: %(problem)s", problem=str(problem)),
            field="file",
        ) from None
    if not found:
        raise Invalid(_("There is no learning agreement in this file."), field="file")
    if len(found) > MOST_AGREEMENTS:
        raise Invalid(_("There are too many learning agreements in this file."), field="file")
    return [Checked(one, check(one)) for one in found]
