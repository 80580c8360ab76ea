"""Telling people and sending mail (`deliveries`), and what they do with it.

`inbox` marks notices as read and keeps wishes, `feeds` the addresses of calendars, `operations`
puts failed work back in the queue.
"""

from app.notifications.services.deliveries import deliver, tell

__all__ = ["deliver", "tell"]
