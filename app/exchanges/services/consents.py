"""Giving and taking back declarations and consents, in the words that were shown."""

from collections.abc import Mapping
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.core.errors import Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Application, Consent, ConsentText
from app.exchanges.policies import applications as policies
from app.exchanges.queries import applications as queries
from app.exchanges.queries import readiness
from app.exchanges.services.drafts import require_writable
from app.exchanges.words import consents as texts


@atomic()
def declare(
    actor: Actor,
    application_id: UUID,
    answers: Mapping[str, bool],
    *,
    shown: Mapping[str, str],
) -> None:
    """Store the answers to the declarations of an application, in the language in use.

    `shown` are the hashes of the texts on the page; when one reads otherwise by now, nothing is
    stored. Raises NotFound, Forbidden, WrongState, Invalid.
    """
    application = queries.locked_for(actor, application_id)
    policies.may_write.require(actor, application)
    require_writable(application)
    wanted = queries.preferences_of(application.id)
    given = readiness.standing_consents(application.id)
    for text in readiness.declarations_for(application, wanted):
        if shown.get(text.purpose) != text.sha256:
            raise Invalid(_("A text has changed since you opened this page. Read it again."))
        answer = bool(answers.get(text.purpose))
        former = given.get(text.purpose)
        if former and former.answer == answer and former.text_sha256 == text.sha256:
            continue
        if former is None and not answer and text.is_mandatory:
            continue
        _store(actor, application, text, answer, former)


@atomic()
def take_back(actor: Actor, consent_id: UUID) -> UUID:
    """Take back a consent that was given freely; return the application it belongs to.

    Raises NotFound, Forbidden, WrongState (one without which nothing can go on).
    """
    consent = db.session.get(Consent, consent_id)
    if consent is None:
        raise NotFound(_("There is no such consent."))
    application = queries.locked_for(actor, consent.application_id)
    policies.may_write.require(actor, application)
    consent = db.session.get_one(Consent, consent_id, populate_existing=True)
    if consent.is_mandatory:
        raise WrongState(
            _("Without this the application cannot go on: withdraw the application instead.")
        )
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now()
        _record(actor, application, consent, [consent.answer, None])
    return application.id


def _store(
    actor: Actor,
    application: Application,
    text: texts.Declaration,
    answer: bool,
    former: Consent | None,
) -> None:
    insert_new(
        ConsentText,
        sha256=text.sha256,
        purpose=text.purpose,
        version=texts.VERSION,
        locale=text.locale,
        text=text.text,
        created_at=now(),
    )
    moment = now()
    if former is not None:
        former.withdrawn_at = moment
    consent = Consent(
        application_id=application.id,
        person_id=actor.user_id,
        purpose=text.purpose,
        is_mandatory=text.is_mandatory,
        text_version=texts.VERSION,
        text_sha256=text.sha256,
        locale=text.locale,
        answer=answer,
        given_at=moment,
    )
    db.session.add(consent)
    _record(actor, application, consent, [former.answer if former else None, answer])


def _record(
    actor: Actor, application: Application, consent: Consent, change: list[bool | None]
) -> None:
    audit.record(
        actor,
        "exchanges.consent",
        application.id,
        kind="exchange_application",
        institution_id=application.institution_id,
        changes={consent.purpose: change},
    )
