"""What agreements ask of the people they send, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.core.i18n import gettext as _
from app.exchanges.rules.eligibility import Finding
from app.exchanges.words.eligibility import field_name, joined
from app.exchanges.words.fields import EQF_LABELS, language_name


def refusal(finding: Finding) -> str:
    """Return why somebody cannot be sent under an agreement."""
    details = finding.details
    if finding.type == "field_isced":
        fields = joined(field_name(code) for code in details["needed"])
        return _("The agreement sends people of the field %(fields)s alone.", fields=fields)
    if finding.type == "eqf_level":
        levels = joined(EQF_LABELS[level] for level in details["needed"])
        return _("The agreement sends people at %(levels)s alone.", levels=levels)
    return _(
        "The agreement asks for %(language)s at %(level)s or better, and the application says:"
        " %(found)s.",
        language=language_name(details["language"]),
        level=details["needed"],
        found=details["found"] or _("not at all"),
    )


def unsure(rules: Iterable[Mapping[str, Any]]) -> str:
    """Return what of an agreement's terms nobody knows yet to be met."""
    return _(
        "It is not known whether this is met: %(terms)s. Make sure of it and write here how.",
        terms=joined((asked(rule) for rule in rules), style="standard"),
    )


def asked(rule: Mapping[str, Any]) -> str:
    """Return what one term asks, in a few words."""
    parameters = rule["parameters"]
    if rule["type"] == "field_isced":
        return joined(field_name(code) for code in parameters["codes"])
    if rule["type"] == "eqf_level":
        return joined(EQF_LABELS[level] for level in parameters["levels"])
    return _(
        "%(language)s at %(level)s",
        language=language_name(parameters["language"]),
        level=parameters["level"],
    )
