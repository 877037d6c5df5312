from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.forms.fields import LineField

#: What a version's number fits into.
MOST = 2**31 - 1


class RestoreForm(forms.Form):
    #: The newest version there was when the person looked.
    base = forms.IntegerField(min_value=1, max_value=MOST, widget=forms.HiddenInput)
    change = LineField(
        label=_("What you changed"),
        max_length=200,
        help_text=_("One line for the list of versions. Those who follow the text read it too."),
    )


class ReadForm(forms.Form):
    """Which version has been read."""

    number = forms.IntegerField(min_value=1, max_value=MOST)
