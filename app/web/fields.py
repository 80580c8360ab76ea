"""Form fields of our own: one text in several languages."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import html_params

from app.core.i18n import LANG_TAGS, LOCALES
from app.core.i18n import gettext as _


class TranslatedWidget:
    """One labelled input for each language, stacked; `components/form.html` adds the tabs."""

    def __call__(self, field: "TranslatedField", **_kwargs: Any) -> Markup:
        return Markup("").join(field.input(code) for code in LOCALES)


class TranslatedField(Field):
    """A text in several languages: `data` is {"en": "Bridge", "zh_Hans_CN": "桥"}.

    Each language is an input of its own, named `title-en`, so that it works without script.
    """

    widget = TranslatedWidget()

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] = (),
        *,
        required: Sequence[str] = (),
        multiline: bool = False,
        max_length: int = 300,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.required, self.multiline, self.max_length = tuple(required), multiline, max_length
        self.faults: dict[str, str] = {}

    def process(
        self,
        formdata: Any,
        data: Any = None,
        extra_filters: Sequence[Any] | None = None,  # noqa: ARG002 -- WTForms names it
    ) -> None:
        """Take what was sent for each language, else the object's text."""
        self.process_errors = []
        known = data if isinstance(data, dict) else (self.default or {})
        self.data = {code: text for code, text in dict(known).items() if text}
        if formdata is None or not any(self.name_of(code) in formdata for code in LOCALES):
            return
        self.data = {}
        for code in LOCALES:
            text = formdata.get(self.name_of(code), "").strip()
            if text:
                self.data[code] = text.replace("\r\n", "\n")

    def pre_validate(self, _form: Any) -> None:
        """Refuse a missing main language and a text that is too long, naming the language."""
        self.faults = {}
        for code in self.required:
            if not self.data.get(code):
                self.faults[code] = _("Write this in %(language)s.", language=LOCALES[code])
        for code, text in self.data.items():
            if len(text) > self.max_length:
                self.faults[code] = _(
                    "%(language)s: use at most %(max)s characters.",
                    language=LOCALES.get(code, code),
                    max=self.max_length,
                )
        if self.faults:
            raise ValidationError(" ".join(self.faults.values()))

    def name_of(self, code: str) -> str:
        """Return the name, and id, of one language's input."""
        return f"{self.name}-{code}"

    @property
    def languages(self) -> list[tuple[str, str, str, bool]]:
        """Return (code, name, language tag, whether filled in) of every language."""
        return [(c, name, LANG_TAGS[c], bool(self.data.get(c))) for c, name in LOCALES.items()]

    def input(self, code: str) -> Markup:
        """Return the input of one language."""
        name, value = self.name_of(code), (self.data or {}).get(code, "")
        described = [f"{self.id}-hint"] * bool(self.description)
        described += [f"{self.id}-error"] * bool(self.errors)
        attributes: dict[str, Any] = {
            "id": name,
            "name": name,
            "lang": LANG_TAGS[code],
            "class": "input",
            "maxlength": self.max_length,
        }
        if described:
            attributes["aria-describedby"] = " ".join(described)
        if code in self.faults:
            attributes["aria-invalid"] = "true"
        if self.multiline:
            return Markup("<textarea %s>\n%s</textarea>") % (
                Markup(html_params(rows=5, **attributes)),  # noqa: S704 -- escapes by itself
                value,
            )
        return Markup(f"<input {html_params(type='text', value=value, **attributes)}>")  # noqa: S704 -- escapes by itself
