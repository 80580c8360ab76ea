"""What this package does when courses announce something."""

from app.attendance import services
from app.core.events import listen
from app.courses.events import SessionMoved


@listen(SessionMoved)
def check_marks(event: SessionMoved) -> None:
    """Keep the marks of a session that was moved; flag them when the times do not touch."""
    services.registers.note_move(event.session_id, event.before_starts_at, event.before_ends_at)
