"""Reading transcripts of records."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.recognition import Transcript, TranscriptLine
from app.exchanges.states.recognition import TranscriptState


def of_stay(mobility_id: UUID) -> Sequence[Transcript]:
    """Return every transcript of a stay with its scale, the newest first."""
    return db.session.scalars(
        select(Transcript)
        .where(Transcript.mobility_id == mobility_id)
        .options(joinedload(Transcript.scale))
        .order_by(Transcript.number.desc())
        .execution_options(populate_existing=True)
    ).all()


def in_state(mobility_id: UUID, state: TranscriptState) -> Transcript | None:
    """Return the stay's draft, or the transcript in force; lock the stay before changing it."""
    return db.session.scalar(
        select(Transcript)
        .where(Transcript.mobility_id == mobility_id, Transcript.state == state)
        .options(joinedload(Transcript.scale))
        .execution_options(populate_existing=True)
    )


def released(mobility_id: UUID) -> Transcript:
    """Return the transcript in force; raises NotFound."""
    found = in_state(mobility_id, TranscriptState.RELEASED)
    if found is None:
        raise NotFound(_("The host has not released a transcript of records yet."))
    return found


def lines_of(transcript_id: UUID) -> Sequence[TranscriptLine]:
    """Return the lines of a transcript in their order."""
    return db.session.scalars(
        select(TranscriptLine)
        .where(TranscriptLine.transcript_id == transcript_id)
        .order_by(TranscriptLine.position)
    ).all()
