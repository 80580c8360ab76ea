"""Applications in words: states, steps, what waits for whom, what is missing."""

from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules.documents import Lack
from app.exchanges.rules.outlook import Next, Now, Waits
from app.exchanges.states.applications import ApplicationState, DocumentState

_S = ApplicationState
APPLICATION_LABELS: dict[ApplicationState, str] = {
    _S.DRAFT: _l("Draft"),
    _S.SUBMITTED: _l("Sent"),
    _S.RETURNED: _l("Returned for changes"),
    _S.INELIGIBLE: _l("Not eligible"),
    _S.UNDER_REVIEW: _l("Under review"),
    _S.RANKED: _l("Ranked"),
    _S.SELECTED: _l("Selected"),
    _S.WAIT_LISTED: _l("On the waiting list"),
    _S.NOT_SELECTED: _l("Not selected"),
    _S.CONFIRMED: _l("Confirmed"),
    _S.NOMINATED: _l("Nominated"),
    _S.DECLINED: _l("Declined"),
    _S.OFFER_EXPIRED: _l("Offer lapsed"),
    _S.UNDER_APPEAL: _l("Under appeal"),
    _S.DISMISSED: _l("Appeal dismissed"),
    _S.WITHDRAWN: _l("Withdrawn"),
}
APPLICATION_CHIPS: dict[ApplicationState, str] = {
    _S.DRAFT: "draft",
    _S.SUBMITTED: "sent",
    _S.RETURNED: "wait",
    _S.INELIGIBLE: "no",
    _S.UNDER_REVIEW: "review",
    _S.RANKED: "review",
    _S.SELECTED: "open",
    _S.WAIT_LISTED: "wait",
    _S.NOT_SELECTED: "no",
    _S.CONFIRMED: "ok",
    _S.NOMINATED: "ok",
    _S.DECLINED: "closed",
    _S.OFFER_EXPIRED: "closed",
    _S.UNDER_APPEAL: "review",
    _S.DISMISSED: "no",
    _S.WITHDRAWN: "closed",
}
APPLICATION_MOVES: dict[str, str] = {
    "start": _l("The application was begun"),
    "submit": _l("The application was sent"),
    "return": _l("The office asked for changes"),
    "lapse": _l("The time to send it again ended"),
    "refuse": _l("The office found that the application is not eligible"),
    "review": _l("The office passed it on to the reviewers"),
    "rank": _l("All reviews are done"),
    "reopen_review": _l("The review was opened again"),
    "select": _l("Selected"),
    "wait_list": _l("Put on the waiting list"),
    "not_select": _l("Not selected"),
    "unselect": _l("The selection was taken back before the results"),
    "confirm": _l("The place was confirmed"),
    "decline": _l("The place was declined"),
    "expire": _l("The offer lapsed"),
    "nominate": _l("Nominated to the host"),
    "appeal": _l("An appeal was made"),
    "uphold": _l("The appeal was upheld: the review begins again"),
    "dismiss": _l("The appeal was dismissed"),
    "withdraw": _l("The application was withdrawn"),
}
"""What happened, for the history."""

DOCUMENT_LABELS: dict[DocumentState, str] = {
    DocumentState.HANDED_IN: _l("Handed in"),
    DocumentState.ACCEPTED: _l("Accepted"),
    DocumentState.REFUSED: _l("Refused"),
    DocumentState.REPLACED: _l("Replaced"),
}
DOCUMENT_CHIPS: dict[DocumentState, str] = {
    DocumentState.HANDED_IN: "sent",
    DocumentState.ACCEPTED: "ok",
    DocumentState.REFUSED: "no",
    DocumentState.REPLACED: "closed",
}

WAITS_LABELS: dict[Waits, str] = {
    Waits.YOU: _l("It is your turn"),
    Waits.OFFICE: _l("It waits for the exchange office"),
    Waits.COMMITTEE: _l("It waits for the selection committee"),
    Waits.OTHERS: _l("It waits for a place to become free"),
    Waits.HOST: _l("It waits for the host"),
    Waits.HOME: _l("It waits for your own institution"),
    Waits.NOBODY: _l("Nothing is waiting"),
}
NOW_LABELS: dict[Now, str] = {
    Now.SEND: _l("Fill in your application and send it."),
    Now.NOT_SENT: _l("The call has closed, and this application was not sent."),
    Now.CANCELLED: _l("The call was cancelled; nobody is selected in it."),
    Now.CORRECT: _l("Correct your application and send it again."),
    Now.TOO_LATE: _l("The time to send it again is over, and the application is closed."),
    Now.CHECK: _l("The office checks whether everything is there and the rules are met."),
    Now.REVIEW: _l("Reviewers judge the applications, and the committee decides."),
    Now.ANSWER: _l("A place is held for you: confirm or decline it."),
    Now.OFFER_OVER: _l("The time to confirm the place is over."),
    Now.QUEUE: _l("Whoever gives a place back makes room for the first on the list."),
    Now.NOMINATE: _l("The office nominates you to the host."),
    Now.ADMIT: _l("The host looks at the nomination; follow it on the page of your stay."),
    Now.REJECTED: _l(
        "The host rejected the nomination. Your office proposes something else, or gives the"
        " stay up."
    ),
    Now.PAPERS: _l("The host waits for your papers: hand them in on the page of your stay."),
    Now.CONDITIONS: _l(
        "You are admitted under conditions: show on the page of your stay that you meet them."
    ),
    Now.NOT_ADMITTED: _l(
        "The host did not admit you. Your office proposes something else, or gives the stay up."
    ),
    Now.ADMISSION_LAPSED: _l(
        "A condition was not met in time, and the admission has lapsed. Your office proposes"
        " something else, or gives the stay up."
    ),
    Now.SAY_COMING: _l(
        "The letter of the host is there: say on the page of your stay that you are coming."
    ),
    Now.CHANGED_PLAN: _l("The plan of your stay was changed, and the host has to agree to it."),
    Now.PREPARE: _l("You are admitted. Prepare your stay; its page says what is missing."),
    Now.ABROAD: _l("Your stay has begun."),
    Now.RECORDS: _l("Your stay is over; the host sends your results."),
    Now.RECOGNITION: _l("The host has sent your results; your institution recognises them."),
    Now.RECOGNISED: _l("Your results are recognised; see them on the page of your stay."),
    Now.NO_STAY: _l("Your stay does not take place."),
    Now.APPEAL: _l("The chair of the committee decides on your appeal."),
    Now.STAY_OVER: _l("Your stay is over; your exchange office closes it."),
    Now.OVER: _l("This application is closed."),
}
NEXT_LABELS: dict[Next, str] = {
    Next.CHECK: _l("Then the office checks it."),
    Next.REVIEW: _l("Then it goes to the reviewers."),
    Next.RESULTS: _l("Everybody learns the results at the same moment."),
    Next.NOMINATION: _l("Then the office nominates you to the host."),
    Next.HOST: _l("Then the host decides on your admission."),
    Next.RECOGNITION: _l("Then your institution recognises your results."),
    Next.STAY: _l("Then you prepare your stay."),
    Next.PASSED_ON: _l("A place that is free goes to the next on the waiting list at once."),
    Next.DECISION: _l("You are told of the decision by e-mail."),
    Next.NOTHING: "",
}

FACT_LABELS: dict[str, str] = {
    "eqf_level": _l("Level of your studies or post"),
    "isced": _l("Field of your studies or post"),
    "ects_done": _l("ECTS credits you have so far"),
    "months_abroad": _l("Months you have been abroad with a programme at this level"),
    "languages": _l("Languages you know"),
    "passport_until": _l("Your passport is valid until"),
    "citizenship": _l("Citizenship"),
    "supervisor_email": _l("E-mail address of your supervisor or mentor"),
    "unit_id": _l("Your faculty or department"),
}
FACT_FAULTS: dict[str, str] = {
    "ects_done": _l("Write a whole number from 0 to 600."),
    "months_abroad": _l("Write a whole number from 0 to 60."),
    "passport_until": _l("Write a date as it stands in your passport."),
    "languages": _l("Choose a language and its level on each line."),
    "supervisor_email": _l("This is no e-mail address."),
}
CHOOSE = _l("Choose one of the list.")

CEFR_LABELS: dict[str, str] = {
    "A1": _l("A1, beginner"),
    "A2": _l("A2, elementary"),
    "B1": _l("B1, intermediate"),
    "B2": _l("B2, upper intermediate"),
    "C1": _l("C1, advanced"),
    "C2": _l("C2, proficient"),
    "native": _l("First language"),
}

LACK_LABELS: dict[Lack, str] = {
    Lack.ABSENT: _l("Not handed in yet."),
    Lack.REFUSED: _l("The office refused it: hand in another."),
    Lack.NO_EXPIRY: _l("Say until when it is valid: hand it in again."),
    Lack.EXPIRED: _l("It is not valid any more: hand in a newer one."),
    Lack.NO_TRANSLATION: _l("A translation is asked for too."),
}
