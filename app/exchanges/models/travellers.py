"""What is true of a person on whatever stay they go, and is asked of them once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import User
from app.core.database import Model


class Traveller(Model):
    """The citizenships of a person who goes abroad; what the law of a host asks follows from them.

    Applications, papers and agreements keep copies of what was sent, signed or admitted.
    """

    __tablename__ = "exchange_traveller"

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), primary_key=True)
    citizenships: Mapped[list[str]] = mapped_column(
        JSON, comment="ISO 3166-1, of the passport first"
    )
    written_at: Mapped[datetime]
    written_by: Mapped[UUID]
