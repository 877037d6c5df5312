"""Form fields made from the sections that a kind of article asks for."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from knowledge.sections import RESULT_CELLS, Section, result_rows

MOST_RESULTS = 40
MOST_PEOPLE = 50_000_000
#: Direction overrides can make one title look like another.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")

#: No feed and no mail can carry them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def one_line(value: str) -> str:
    """A title as people read it: composed, one space between words, no hidden directions."""
    text = _BIDI.sub("", unicodedata.normalize("NFC", value))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class LineField(forms.CharField):
    def clean(self, value: Any) -> str:
        cleaned = super().clean(one_line(value) if isinstance(value, str) else value)
        return str(cleaned)


class LongText(forms.CharField):
    """Markdown as typed; line ends are one character, as the counter in the form counts them."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser would cut what is pasted without a word."""
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return _CONTROLS.sub("", text)


class ResultsField(LongText):
    """Lines of `indicator | unit | before | after | source`."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        rows = result_rows(text)
        if len(rows) > MOST_RESULTS:
            raise ValidationError(_("At most %(most)s results."), params={"most": MOST_RESULTS})
        for number, row in enumerate(rows, start=1):
            if len(row) > len(RESULT_CELLS):
                raise ValidationError(
                    _(
                        "Result %(number)s has %(cells)s parts; at most five belong on a line: "
                        "indicator | unit | before | after | source."
                    ),
                    params={"number": number, "cells": len(row)},
                )
        return "\n".join(" | ".join(row) for row in rows)


def for_section(section: Section) -> forms.Field:
    common: dict[str, Any] = {
        "label": section.label,
        "help_text": section.help,
        "required": section.required,
    }
    if section.form == "yes":
        return forms.BooleanField(**common)
    if section.form == "choice":
        return forms.ChoiceField(choices=with_blank(section.choices), **common)
    if section.form == "codes":
        return forms.MultipleChoiceField(
            choices=section.choices, widget=forms.CheckboxSelectMultiple, **common
        )
    if section.form == "number":
        return forms.IntegerField(
            min_value=1,
            max_value=MOST_PEOPLE,
            widget=forms.NumberInput(attrs={"class": "short"}),
            **common,
        )
    if section.form == "line":
        return LineField(max_length=section.longest, **common)
    kind = ResultsField if section.form == "results" else LongText
    return kind(
        max_length=section.longest, widget=forms.Textarea(attrs={"rows": section.rows}), **common
    )


def with_blank(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", _("Not said")), *choices]
