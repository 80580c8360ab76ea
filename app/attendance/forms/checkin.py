"""Forms of check-in."""

from wtforms import StringField

from app.core.i18n import lazy_gettext as _l
from app.web.forms import Form, at_most, required


class CodeForm(Form):
    """A code that was read from a wall or a phone."""

    code = StringField(_l("Code"), [required(), at_most(40)])
