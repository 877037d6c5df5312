from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.forms.fields import LongText


class RemarkForm(forms.Form):
    body = LongText(
        label=_("Your remark"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
        help_text=_("Those who write and review the text read it; readers never do."),
    )


class SendBackForm(forms.Form):
    # Two forms stand on one page: their fields need names of their own.
    prefix = "back"

    reason = LongText(
        label=_("What should be changed, and why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what should be changed.")},
    )
