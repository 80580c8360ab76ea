"""Who may design, issue, see and withdraw certificates."""

from uuid import UUID

from app.certificates.models import Certificate
from app.core.actor import Actor
from app.core.policy import permission
from app.courses.models.runs import Run

DESIGNERS = ("administrator", "registrar", "centre_administrator")
ISSUERS = ("registrar", "administrator", "centre_administrator")


def keeps_a_register(actor: Actor) -> bool:
    """Tell whether the actor keeps certificates of any institution (to show a menu)."""
    return actor.holds(*ISSUERS)


@permission("certificates:design:manage")
def may_design(actor: Actor, institution_id: UUID) -> bool:
    """Registrars and administrators of the institution make the designs of its certificates."""
    return actor.is_any(*DESIGNERS, at=institution_id)


@permission("certificates:certificate:issue")
def may_issue(actor: Actor, run: Run) -> bool:
    """Only a registrar or an administrator of the institution issues its certificates."""
    return actor.is_any(*ISSUERS, "system", at=run.institution_id)


@permission("certificates:certificate:see")
def may_see(actor: Actor, certificate: Certificate) -> bool:
    """Certificates are seen by their holders and by those who keep the register."""
    return actor.user_id == certificate.holder_id or may_withdraw(actor, certificate)


@permission("certificates:certificate:withdraw")
def may_withdraw(actor: Actor, certificate: Certificate) -> bool:
    """Only a registrar or an administrator of the institution withdraws its certificates."""
    return actor.is_any(*ISSUERS, "system", at=certificate.institution_id)


@permission("certificates:register:see")
def may_see_register(actor: Actor, institution_id: UUID) -> bool:
    """Only registrars and administrators of the institution see its register of certificates."""
    return actor.is_any(*ISSUERS, at=institution_id)
