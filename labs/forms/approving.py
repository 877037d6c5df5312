"""The coordinator's answer to those who ask for a place: some of the list, or all of them."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hub.forms.texts import Paragraphs
from labs.models import Lab, Registration


class ApprovalForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        queryset=Registration.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Somebody you chose no longer waits. Choose again."),
            "invalid_pk_value": gettext_lazy("Somebody you chose no longer waits. Choose again."),
        },
    )
    everybody = forms.BooleanField(required=False)
    reason = Paragraphs(
        label=gettext_lazy("Reason, where you give no place"),
        help_text=gettext_lazy(
            "Needed only then. They read it in the mail and on the page of the meeting."
        ),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why there is no place for them.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    #: Whom the page that asks once more has named (labs.views.approvals).
    confirmed = forms.CharField(required=False)
    answer = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])

    use_required_attribute = False

    def __init__(self, *args: Any, lab: Lab, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Registration]", self.fields["people"])
        field.queryset = lab.registrations.all().answerable()
        self.asking = asking = getattr(lab, "asking", 0)
        self.fields["everybody"].label = ngettext(
            "The person who waits for an answer",
            "All %(n)s people who wait for an answer",
            asking,
        ) % {"n": asking}

    @property
    def chosen(self) -> set[int]:
        """Registrations whose boxes were ticked when the form came back."""
        ticked = cast("QueryDict", self.data).getlist("people") if self.is_bound else []
        return {int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 19}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # The boxes stand in the list: what is wrong with them is said where it can be mended.
        wrong = [str(sentence) for sentence in self.errors.pop("people", [])]
        if not wrong and not (cleaned.get("people") or cleaned.get("everybody")):
            wrong = [_("Choose somebody in the list, or everybody.")]
        for sentence in wrong:
            self.add_error("everybody" if self.asking else None, sentence)
        # A place is given without one.
        if cleaned.get("answer") != "refuse" and self.has_error("reason", "required"):
            del self.errors["reason"]
        return cleaned

    def sent(self) -> list[tuple[str, str]]:
        """What was typed and ticked, for the page that asks once more."""
        kept = ("everybody", "people", "reason", "answer")
        data = cast("QueryDict", self.data)
        return [(name, value) for name in kept for value in data.getlist(name)]

    def wanted(self) -> list[int] | None:
        """The registrations that were chosen; None is everybody who waits."""
        if self.cleaned_data["everybody"]:
            return None
        return [registration.pk for registration in self.cleaned_data["people"]]
