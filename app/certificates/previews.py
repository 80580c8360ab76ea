"""A design as it would be printed, with facts made up for the purpose."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.certificates import rendering, snapshots
from app.certificates.services.issuing import images_of
from app.certificates.wording import LONG_NAMES, TEST_NAMES
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.pdf import Unprintable
from app.core.pdf_press import PRESS
from app.core.serials import Serial
from app.institutions.models import Institution

_CODE = "0000000000000000"
"""No certificate has this one."""


def printed(institution: Institution, layout: Mapping[str, Any], *, is_long: bool = False) -> bytes:
    """Return the PDF of a layout with test names, or long ones; raises Invalid."""
    today = now().date()
    scripts = snapshots.scripts_of(layout)
    names = LONG_NAMES if is_long else TEST_NAMES
    facts = snapshots.Facts(
        names={script: names[script] for script in scripts},
        course={
            "en": "Intellectual property in biomedicine",
            "zh_Hans_CN": "生物医药知识产权",
            "sr_Cyrl": "Интелектуална својина у биомедицини",
            "sr_Latn": "Intelektualna svojina u biomedicini",
            "bs": "Intelektualno vlasništvo u biomedicini",
        },
        course_code="IP-210",
        starts_on=date(today.year, 9, 14),
        ends_on=date(today.year, 11, 20),
        hours=40,
        ects_hundredths=300,
        attendance_bp=9500,
        place=dict(institution.city),
        issuer=dict(institution.name),
    )
    identity = snapshots.Identity(
        str(Serial(institution.code, today.year, 1)),
        _CODE,
        rendering.verification_address(_CODE),
        today,
    )
    snapshot = snapshots.compose(layout, facts, identity)
    try:
        return PRESS.print(rendering.sheet(snapshot, images_of(snapshot)), seconds=15)
    except Unprintable as error:
        raise Invalid(_("This design cannot be printed. Shorten its texts.")) from error
