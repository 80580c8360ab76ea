"""Pages of accounts: `entry` for guests, `links` from mail, `profile`, `security`, `people`."""

from app.accounts.views import entry, links, people, profile, security
from app.accounts.views.blueprint import bp

__all__ = ["bp", "entry", "links", "people", "profile", "security"]
