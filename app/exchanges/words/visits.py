"""The words of checklists and of the clocks that the law sets."""

from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules.checklists import Item

ITEM_LABELS: dict[Item, str] = {
    Item.LEARNING_AGREEMENT: _l("Learning agreement signed by all three"),
    Item.LETTER: _l("Letter of the host received"),
    Item.INSURANCE: _l("Insurance covers every day of the stay"),
    Item.EMERGENCY_CONTACT: _l("Emergency contact named"),
    Item.TRAVEL_DOCUMENTS: _l("Passport and visa in hand"),
    Item.ACCOMMODATION: _l("Place to live found"),
    Item.BRIEFING: _l("Briefing before departure attended"),
}

CLOCK_LABELS: dict[str, str] = {
    "cn-jw-form": _l("Admission notice and JW201 or JW202 form in hand for the X1 visa"),
    "cn-dq-form": _l("DQ form for a short stay in hand"),
    "cn-police": _l("Lodging registered with the police"),
    "cn-residence-permit": _l("Residence permit applied for"),
    "ba-police": _l("Registered with the Service for Foreigners' Affairs"),
    "ba-residence": _l("Temporary residence applied for"),
    "ba-residence-before-visa-ends": _l("Temporary residence applied for before the visa ends"),
    "ba-renewal": _l("Renewal of the residence permit applied for"),
}
CLOCK_NOTES: dict[str, str] = {
    "cn-jw-form": _l(
        "For stays of more than 180 days, 30 days before the first day: the visa takes its time. "
        "Both come back from the consulate and are needed again."
    ),
    "cn-dq-form": _l(
        "For stays of 30 to 180 days, 30 days before the first day: the visa takes its time. "
        "No residence permit is needed with an X2 visa."
    ),
    "cn-police": _l("Within 24 hours of arriving, and again after every move."),
    "cn-residence-permit": _l(
        "Within 30 days of entering with an X1 visa, after registering at the university."
    ),
    "ba-police": _l("Within 48 hours of arriving."),
    "ba-residence": _l("For stays of more than 90 days, within 75 days of arriving."),
    "ba-residence-before-visa-ends": _l(
        "At the latest 15 days before the visa or the visa-free stay ends."
    ),
    "ba-renewal": _l("Between 60 and 15 days before the permit ends."),
}
"""What a clock asks for, in a sentence; every page adds to confirm with the authority."""

STEP_LABELS: dict[str, str] = {
    "arrive": _l("Confirm the arrival"),
    "interrupt": _l("Interrupt"),
    "resume": _l("Resume"),
    "depart": _l("Confirm the departure"),
    "end_early": _l("End early"),
    "no_show": _l("Nobody came"),
    "close": _l("Close the stay"),
}
"""The steps of a stay as buttons, in the order of its pages."""

STEP_NOTES: dict[str, str] = {
    "interrupt": _l("The person and both offices are told, with your reason."),
    "resume": _l("The stay goes on from the day after; the interruption stays on record."),
    "depart": _l("The stay is over. The person and the home office are told."),
    "end_early": _l(
        "The stay is over for good. The person and the home office are told, with your reason."
    ),
    "no_show": _l(
        "The stay ends here and the place is given up. The person and the home office are told."
    ),
    "close": _l("Nothing can be changed afterwards."),
}
FINAL_STEPS = frozenset({"end_early", "no_show", "close"})
"""Steps that nothing takes back."""
