from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.forms.fields import LineField, LongText


class CommentForm(forms.Form):
    body = LongText(
        label=_("Your comment"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    quote = LongText(
        label=_("Passage you write about"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Copy it from the text if your comment is about one place."),
    )


class RemovalForm(forms.Form):
    reason = LineField(
        label=_("Why"),
        max_length=300,
        help_text=_("Kept with the comment; the author is not named."),
    )
