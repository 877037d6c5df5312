"""Text as people type it, without what mails and calendars cannot hold."""

import re
from typing import Any

from django import forms

#: What no line of text holds; it would break headers of mails and lines of calendars.
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


class Line(forms.CharField):
    """Text on one line: breaks and control characters that were pasted become spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(CONTROL.sub(" ", super().to_python(value) or "").split())


class Paragraphs(forms.CharField):
    """Text of several lines, without other control characters."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser would cut what is pasted without a word."""
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "\n".join(CONTROL.sub(" ", line).rstrip() for line in text.split("\n")).strip()
