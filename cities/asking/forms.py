from django import forms
from django.utils.translation import gettext_lazy as _

from hub.forms.texts import Paragraphs


class QuestionToPersonForm(forms.Form):
    text = Paragraphs(
        label=_("Your question"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Say who you are and what you want to know; a short question is answered."),
    )


class MessageForm(forms.Form):
    text = Paragraphs(
        label=_("Your answer"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5})
    )
