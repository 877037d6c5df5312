"""The minutes as several people type them at once: each point's notes know what they began from."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.editing import mark_of
from hub.forms.texts import Line, Paragraphs
from labs.actions import Written
from labs.models import MinutesPoint

#: Characters of one point's notes: some fifteen printed pages.
LONGEST = 50_000
TOO_LONG = gettext_lazy(
    "These notes have %(show_value)s characters, and a point takes at most %(limit_value)s. "
    "Put what is longer into a document and name it here."
)


class MinutesForm(forms.Form):
    """All points in one form, so that one press saves them all without JavaScript too."""

    new_point = Line(
        label=gettext_lazy("One more point"),
        help_text=gettext_lazy("Something that was taken up and did not stand on the agenda."),
        max_length=160,
        required=False,
    )

    def __init__(self, *args: Any, points: Iterable[MinutesPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = list(points)
        for point in self.points:
            self.fields[f"notes-{point.pk}"] = Paragraphs(
                label=_("Notes on “%(point)s”") % {"point": point.title},
                max_length=LONGEST,
                required=False,
                initial=point.notes,
                widget=forms.Textarea(attrs={"rows": 5}),
                error_messages={"max_length": TOO_LONG},
            )
            self.fields[f"version-{point.pk}"] = forms.IntegerField(
                initial=point.version,
                min_value=0,
                max_value=2**31 - 1,
                required=False,
                widget=forms.HiddenInput,
            )
            self.fields[f"mark-{point.pk}"] = forms.CharField(
                initial=point.mark, max_length=40, required=False, widget=forms.HiddenInput
            )

    def rows(self) -> list[tuple[MinutesPoint, forms.BoundField, list[forms.BoundField]]]:
        """Each point with its notes and its two hidden fields."""
        return [
            (
                point,
                self[f"notes-{point.pk}"],
                [self[f"version-{point.pk}"], self[f"mark-{point.pk}"]],
            )
            for point in self.points
        ]

    def texts(self) -> list[Written]:
        """What was typed; a point that the form did not have is left alone."""
        data = self.cleaned_data
        return [
            Written(
                point=point.pk,
                text=data[f"notes-{point.pk}"],
                version=data[f"version-{point.pk}"] or 0,
                is_touched=mark_of(data[f"notes-{point.pk}"]) != data[f"mark-{point.pk}"],
            )
            for point in self.points
            if f"notes-{point.pk}" in self.data
        ]


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
