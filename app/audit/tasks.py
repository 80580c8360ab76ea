"""What the worker does for this package."""

from app.audit import sealing
from app.audit.jobs import SEAL


@SEAL.done_by
def seal() -> None:
    """Seal what is not sealed yet; every minute."""
    sealing.seal()
