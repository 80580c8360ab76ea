"""Pages on which people sign a learning agreement, send it back, take it back or change it."""

from collections.abc import Callable
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.errors import Forbidden, NotFound
from app.core.i18n import gettext as _
from app.exchanges.forms.learning_agreements import (
    CoordinatorForm,
    ReturnForm,
    SignForm,
    WhyForm,
)
from app.exchanges.policies import learning_agreements as policies
from app.exchanges.policies.parties import in_mobility
from app.exchanges.queries import learning_agreement_pages as pages
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.queries import mobilities
from app.exchanges.queries.learning_agreement_pages import Reading
from app.exchanges.rules.learning_agreements import fingerprint
from app.exchanges.services import coordinators
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT, Signer
from app.exchanges.views.blueprint import bp
from app.exchanges.words import learning_agreements as words
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.pages import page, see_other, tell

_ADDRESS = "/exchanges/stays/<uuid:mobility_id>/learning-agreement"
SIGN: dict[str, Callable[..., None]] = {
    "sign_student": services.sign_student,
    "sign_home": services.sign_home,
    "approve_host": services.approve_host,
}
RETURN: dict[str, Callable[..., None]] = {
    "reject_home": services.reject_home,
    "comment_host": services.comment_host,
}


@bp.route(f"{_ADDRESS}/sign", methods=["GET", "POST"])
@signed_in
def learning_agreement_sign(mobility_id: UUID) -> ResponseReturnValue:
    """Read once more what is proposed, and sign exactly that."""
    reading = pages.reading(actor(), mobility_id)
    action = _next(reading, SIGN)
    form = SignForm(proposal_id=reading.agreement.proposal_id)
    last = reading.since(actor().user_id)
    if action == "sign_student":
        del form.position
    elif last is not None and not form.position.data:
        form.position.data = last.signature.position
    if form.accepted(lambda: _sign(action, mobility_id, form)):
        tell(_("Signed."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    reading = pages.reading(actor(), mobility_id)
    return page(
        form=form,
        mobility=reading.stay,
        reading=reading,
        seen_hash=fingerprint(reading.shown),
        since=last,
        words=words,
    )


@bp.route(f"{_ADDRESS}/return", methods=["GET", "POST"])
@signed_in
def learning_agreement_return(mobility_id: UUID) -> ResponseReturnValue:
    """Send the proposal back to the student, saying what should be different."""
    reading = pages.reading(actor(), mobility_id)
    act = RETURN[_next(reading, RETURN)]
    form = ReturnForm(proposal_id=reading.agreement.proposal_id)

    def send_back() -> None:
        quoted, comment = form.proposal_id.data or "", form.comment.data or ""
        act(actor(), mobility_id, proposal_id=quoted, comment=comment)

    if form.accepted(send_back):
        tell(_("Sent back. The student has been told."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=mobilities.mobility_for(actor(), mobility_id))


@bp.route(f"{_ADDRESS}/take-back", methods=["GET", "POST"])
@signed_in
def learning_agreement_take_back(mobility_id: UUID) -> ResponseReturnValue:
    """Take back what one signed, after a page that says what follows."""
    reading = _ready(mobility_id, "take_back")
    form = WhyForm()
    if form.accepted(
        lambda: services.take_back(actor(), mobility_id, reason=form.reason.data or "")
    ):
        tell(_("The proposal is a draft again. The signatures under it are void."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay)


@bp.route(f"{_ADDRESS}/change", methods=["GET", "POST"])
@signed_in
def learning_agreement_change(mobility_id: UUID) -> ResponseReturnValue:
    """Begin a draft of changes to what is agreed."""
    reading = _ready(mobility_id, "change")
    form = WhyForm()
    if form.accepted(lambda: services.change(actor(), mobility_id, reason=form.reason.data or "")):
        tell(_("A draft of changes is open. What is agreed stands until all three sign it."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay, reading=reading, words=words)


@bp.route(f"{_ADDRESS}/drop", methods=["GET", "POST"])
@signed_in
def learning_agreement_drop(mobility_id: UUID) -> ResponseReturnValue:
    """Throw a draft of changes away, after a page that says what follows."""
    reading = _ready(mobility_id, "drop_changes")
    form = Form()
    if form.accepted(lambda: services.drop_changes(actor(), mobility_id)):
        tell(_("The draft is dropped. What is agreed stands."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay)


@bp.route(
    "/exchanges/stays/<uuid:mobility_id>/coordinators/<string(maxlength=7):side>",
    methods=["GET", "POST"],
)
@signed_in
def learning_agreement_coordinator(mobility_id: UUID, side: str) -> ResponseReturnValue:
    """Name who coordinates the stay on one's side."""
    stay = mobilities.mobility_for(actor(), mobility_id)
    if side not in (Signer.HOME, Signer.HOST):
        raise NotFound(_("There is no such page, or it is not for you."))
    chosen = Signer(side)
    if coordinators.OFFICES[chosen] not in in_mobility(actor(), stay):
        raise Forbidden(_("The exchange office of that side names its coordinator."))
    form = CoordinatorForm()
    if form.accepted(
        lambda: coordinators.name_coordinator(
            actor(), mobility_id, chosen, email=form.email.data or ""
        )
    ):
        tell(_("The coordinator is named."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    stay = mobilities.mobility_for(actor(), mobility_id)
    now_named = queries.coordinators(stay).get(chosen)
    return page(form=form, mobility=stay, now_named=now_named, side=chosen, words=words)


def _sign(action: str, mobility_id: UUID, form: SignForm) -> None:
    quoted = form.proposal_id.data or ""
    if action == "sign_student":
        services.sign_student(actor(), mobility_id, proposal_id=quoted)
        return
    position = form.position.data or ""
    SIGN[action](actor(), mobility_id, proposal_id=quoted, position=position)


def _next(reading: Reading, actions: dict[str, Callable[..., None]]) -> str:
    """Return which of these the reader may do now; 403 for who never may, else 409."""
    mine = [one for one in actions if LEARNING_AGREEMENT.allows(reading.parties, one)]
    if not mine:
        LEARNING_AGREEMENT.require(reading.parties, next(iter(actions)))
    policies.require_open(reading.stay)
    for action in mine:
        if action in LEARNING_AGREEMENT.machine.actions(reading.agreement.state):
            return action
    LEARNING_AGREEMENT.machine.after(reading.agreement.state, mine[0])
    return mine[0]


def _ready(mobility_id: UUID, action: str) -> Reading:
    reading = pages.reading(actor(), mobility_id)
    LEARNING_AGREEMENT.require(reading.parties, action)
    LEARNING_AGREEMENT.machine.after(reading.agreement.state, action)
    policies.require_open(reading.stay)
    return reading
