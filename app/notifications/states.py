"""The life of a delivery."""

from enum import StrEnum

from app.core.machine import Machine, move


class DeliveryState(StrEnum):
    """How far a message has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


DELIVERY = Machine(
    move("send", {DeliveryState.QUEUED}, DeliveryState.SENT),
    move("fail", {DeliveryState.QUEUED}, DeliveryState.FAILED),
    move("retry", {DeliveryState.FAILED}, DeliveryState.QUEUED),
    start=DeliveryState.QUEUED,
)
