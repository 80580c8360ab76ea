"""Reading people: `actors` who acts, `people` lists and pages, `sign_ins` devices and links."""

from app.accounts.queries.actors import (
    actor_for,
    actor_of_sign_in,
    add_duty,
    recipient_for,
    sign_in_with,
)

__all__ = ["actor_for", "actor_of_sign_in", "add_duty", "recipient_for", "sign_in_with"]
