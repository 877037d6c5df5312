"""The minutes as several people type them at once: each point's notes know what they began from."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.editing import Standing
from hub.forms.shared import SharedTexts
from hub.forms.texts import Line, Paragraphs
from labs.models import MinutesPoint

#: Characters of one point's notes: some fifteen printed pages.
LONGEST = 50_000
TOO_LONG = gettext_lazy(
    "These notes have %(show_value)s characters, and a point takes at most %(limit_value)s. "
    "Put what is longer into a document and name it here."
)


class MinutesForm(SharedTexts):
    stem = "notes"

    new_point = Line(
        label=gettext_lazy("One more point"),
        help_text=gettext_lazy("Something that was taken up and did not stand on the agenda."),
        max_length=160,
        required=False,
    )

    def field_of(self, text: Standing) -> forms.Field:
        return Paragraphs(
            label=_("Notes on “%(point)s”") % {"point": text.label},
            max_length=LONGEST,
            required=False,
            initial=text.text,
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages={"max_length": TOO_LONG},
        )


class AdditionForm(forms.Form):
    point = forms.ChoiceField(label=gettext_lazy("Point"))
    text = Paragraphs(
        label=gettext_lazy("What is added"),
        help_text=gettext_lazy("It stands under the point with your name and the date."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": gettext_lazy("Write what is to be added."),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, *args: Any, points: Iterable[MinutesPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = {str(point.pk): point for point in points}
        self.fields["point"].choices = [(pk, p.title) for pk, p in self.points.items()]  # type: ignore[attr-defined]

    def chosen_point(self) -> MinutesPoint:
        return self.points[self.cleaned_data["point"]]
