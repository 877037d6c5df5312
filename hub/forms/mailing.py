"""How soon which news come by mail."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hub import following
from hub.enums import MailChoice
from hub.following import SUBJECT
from hub.models import MailWish, User
from hub.rhythms import DIRECT

AS_ABOVE = ("", _("As chosen above"))
AS_KIND = ("", _("As others of its kind"))


class MailForm(forms.Form):
    """One choice for all news, and another for the kinds that matter more or less."""

    mail_notes = forms.ChoiceField(
        label=_("Mail about news in my inbox"), choices=MailChoice, widget=forms.RadioSelect
    )
    digest_hour = forms.TypedChoiceField(
        label=_("A digest leaves at"),
        help_text=_("On your own clock. It tells of what you have not read here by then."),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        widget=forms.Select(attrs={"class": "short"}),
    )
    digest_weekday = forms.TypedChoiceField(
        label=_("Once a week means on"),
        choices=[(n + 1, name) for n, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.Select(attrs={"class": "short"}),
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        stand = {
            name: getattr(person, name) for name in ("mail_notes", "digest_hour", "digest_weekday")
        }
        wishes = MailWish.objects.filter(user=person).values_list("kind", "rhythm")
        super().__init__(data, initial=stand | {f"kind-{k}": r for k, r in wishes})
        self.fields["digest_weekday"].choices = [  # type: ignore[attr-defined]
            (n + 1, capfirst(name)) for n, name in WEEKDAYS.items()
        ]
        for code, label in kinds():
            self.fields[f"kind-{code}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[AS_ABOVE, *MailChoice.choices],
            )
            self.fields[f"kind-{code}"].says_optional = False  # type: ignore[attr-defined]

    def by_kind(self) -> list[forms.BoundField]:
        return [self[f"kind-{code}"] for code, _label in kinds()]

    def wishes(self) -> dict[str, str]:
        """Kind → rhythm, of those that are not as all others."""
        chosen = {code: self.cleaned_data[f"kind-{code}"] for code, _label in kinds()}
        return {code: rhythm for code, rhythm in chosen.items() if rhythm}


class FollowRhythmForm(forms.Form):
    subject = forms.RegexField(SUBJECT, max_length=60)
    rhythm = forms.ChoiceField(choices=[AS_KIND, *MailChoice.choices], required=False)


def kinds() -> list[tuple[str, Any]]:
    return [(DIRECT, _("Addressed to me")), *following.kinds()]
