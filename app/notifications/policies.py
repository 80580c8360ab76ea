"""Who may see and do what with notices and background work."""

from app.core.actor import Actor
from app.core.policy import permission
from app.notifications.models import Notice


@permission("notifications:notice:read")
def may_read(actor: Actor, notice: Notice) -> bool:
    """People read their own notices only."""
    return notice.user_id == actor.user_id


@permission("notifications:jobs:see")
def may_see_jobs(actor: Actor, _: None) -> bool:
    """Background work is looked after by the centre's administrators."""
    return actor.is_a("centre_administrator")
