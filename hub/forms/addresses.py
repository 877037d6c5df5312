"""An address on the web that people type or paste."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _


class WebAddress(forms.URLField):
    """http or https; typed without either it is https.

    A line of text to the browser: its own field for addresses refuses `www.example.org/x`.
    """

    widget = forms.TextInput
    default_validators = [URLValidator(schemes=["https", "http"])]
    default_error_messages = {"invalid": _("Write a whole address, like https://…")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return attrs | {"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}

    def to_python(self, value: Any) -> Any:
        """Django takes `example.org:8080` for an address whose scheme is example.org."""
        text = str(value or "").strip()
        before, colon, _after = text.partition(":")
        return super().to_python(f"https://{text}" if colon and "." in before else value)
