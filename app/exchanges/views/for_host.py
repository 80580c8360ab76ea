"""Asking whoever acts on behalf of a host without an account how they know."""

from typing import Any

from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies import parties
from app.exchanges.states.parties import Workflow
from app.web.access import actor
from app.web.forms import Form


def ask_evidence(form: Form, mobility: Mobility, workflow: Workflow[Any], action: str) -> None:
    """Leave the field for the evidence in a form only where a step is taken for the host."""
    mine = parties.in_mobility(actor(), mobility)
    if "evidence" in form and not workflow.is_for_host(mine, action):
        del form.evidence


def evidence_of(form: Form) -> str:
    """Return what was written, which is nothing where it was not asked for."""
    return (form["evidence"].data or "") if "evidence" in form else ""
