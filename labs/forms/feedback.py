from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from hub.forms.texts import Paragraphs

USEFULNESS = [
    ("5", gettext_lazy("5, very useful")),
    ("4", "4"),
    ("3", "3"),
    ("2", "2"),
    ("1", gettext_lazy("1, not useful")),
]


def _words(label: Any) -> Paragraphs:
    return Paragraphs(
        label=label,
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FeedbackForm(forms.Form):
    """Two minutes: one choice, two questions, and whether one's name stands beside them."""

    usefulness = forms.TypedChoiceField(
        label=gettext_lazy("How useful was it to you?"),
        choices=USEFULNESS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a figure from 1 to 5."),
            "invalid_choice": gettext_lazy("Choose a figure from 1 to 5."),
        },
    )
    takes_home = _words(gettext_lazy("What do you take home?"))
    to_change = _words(gettext_lazy("What should we change?"))
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Answer without my name"),
        required=False,
        help_text=gettext_lazy(
            "Then we store that you have answered, and nowhere which answer is yours."
        ),
    )
