"""What this package puts off."""

from app.core.jobs import Job

LAPSE_OFFERS: Job[[]] = Job("courses.lapse_offers")
COUNT_SEATS: Job[[]] = Job("courses.count_seats")
REDERIVE_SESSIONS: Job[[]] = Job("courses.rederive_sessions")
