from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from knowledge.anchoring import Place
from knowledge.forms.fields import LongText
from knowledge.models import Comment

LONGEST_QUOTE = Comment._meta.get_field("quote").max_length or 600


class PassageForm(forms.Form):
    """What a link to a passage names: a paragraph by its number, or characters from and to."""

    version = forms.IntegerField(min_value=1, max_value=999_999)
    section = forms.CharField(max_length=30)
    paragraph = forms.IntegerField(min_value=1, max_value=999_999, required=False)
    start = forms.IntegerField(min_value=0, max_value=999_999, required=False)
    end = forms.IntegerField(min_value=1, max_value=999_999, required=False)


class AnnotationForm(forms.Form):
    """A note on what is `offered` of a text; `place` says where the quote stands in it."""

    quote = LongText(
        label=_("The passage"),
        max_length=LONGEST_QUOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Leave what your note is about, and take away the rest. Change no words."),
        error_messages={"required": _("Leave the words that your note is about.")},
    )
    body = LongText(
        label=_("Your note"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )

    def __init__(self, *args: Any, text: str, offered: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text, self.offered = text, offered
        self.place = offered
        self.initial["quote"] = beginning(text[offered.start : offered.end])

    def clean_quote(self) -> str:
        quote = " ".join(self.cleaned_data["quote"].split())
        found = self._places(quote)
        if not found:
            raise ValidationError(
                _("The text does not say this. Take words away, but change none."), "changed"
            )
        if len(found) > 1:
            raise ValidationError(
                _("The text says this more than once. Leave some more words around it."), "twice"
            )
        self.place = found[0]
        return quote

    def _places(self, quote: str) -> list[Place]:
        """Where the quote stands: the whole offer or its beginning as offered, else by looking."""
        start, end = self.offered.start, self.offered.end
        if quote == self.initial["quote"]:
            return [Place(start, start + len(quote))]
        found: list[Place] = []
        at = self.text.find(quote, start, end)
        while at >= 0 and len(found) < 2:
            found.append(Place(at, at + len(quote)))
            at = self.text.find(quote, at + 1, end)
        return found


def beginning(text: str) -> str:
    """As much as a quote may hold, whole sentences or words."""
    if len(text) <= LONGEST_QUOTE:
        return text
    cut = text[: LONGEST_QUOTE + 1]
    whole = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? ")) + 1
    return cut[:whole] if whole > LONGEST_QUOTE // 2 else cut.rsplit(" ", 1)[0][:LONGEST_QUOTE]
