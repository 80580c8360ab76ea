"""What this package puts off."""

from uuid import UUID

from app.core.jobs import Job

PRINT_LETTER: Job[[UUID]] = Job("exchanges.print_letter")
"""Print one letter that has its number."""

ISSUE_LETTERS: Job[[list[str], str, list[str], UUID]] = Job("exchanges.issue_letters")
"""Issue letters for stays: the stays, the kind, the languages, who asked."""

LAPSE_ADMISSIONS: Job[[]] = Job("exchanges.lapse_admissions")
"""Let conditional admissions lapse whose conditions were not met in time."""

SETTLE_OFFERS: Job[[]] = Job("exchanges.settle_offers")
"""Take back offers that lapsed, and pass free places on to the wait lists."""

REMIND_REVIEWERS: Job[[]] = Job("exchanges.remind_reviewers")
"""Remind reviewers whose scores are due soon or overdue."""

END_AGREEMENTS: Job[[]] = Job("exchanges.end_agreements")
"""End the versions of agreements whose last day is past."""

LAPSE_APPLICATIONS: Job[[]] = Job("exchanges.lapse_applications")
"""Close applications that were returned and not sent again in time."""

REMIND_OF_DRAFTS: Job[[]] = Job("exchanges.remind_of_drafts")
"""Remind people of drafts whose call closes soon."""

TURN_CALLS: Job[[]] = Job("exchanges.turn_calls")
"""Open, close, release and finish calls as the time comes."""

REMIND_OF_CLOCKS: Job[[]] = Job("exchanges.remind_of_clocks")
"""Put off a reminder for each thing that the law wants soon."""

REMIND_OF_CLOCK: Job[[UUID, str]] = Job("exchanges.remind_of_clock")
"""Remind the person of a stay of one thing that the law wants soon."""

BEGIN_STAYS: Job[[]] = Job("exchanges.begin_stays")
"""Put off the beginning of each stay whose first day has come."""

BEGIN_STAY: Job[[UUID]] = Job("exchanges.begin_stay")
"""Note that one stay began."""
