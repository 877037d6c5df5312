from django import forms

from hub.following import SUBJECT

MOST = 2**63 - 1


class ReadingForm(forms.Form):
    """Which notifications have been read: one, or all up to the newest on the page."""

    note = forms.IntegerField(min_value=1, max_value=MOST, required=False)
    up_to = forms.IntegerField(min_value=1, max_value=MOST, required=False)

    def clean(self) -> dict[str, int | None]:
        data = super().clean() or {}
        if not (data.get("note") or data.get("up_to")):
            raise forms.ValidationError("Name a notification, or the newest of all.")
        return data


class FollowForm(forms.Form):
    subject = forms.RegexField(SUBJECT, max_length=60)
    wish = forms.ChoiceField(choices=[("follow", ""), ("unfollow", "")])


class MailKindForm(forms.Form):
    """Whether a kind of mail is wanted again."""

    kind = forms.CharField(max_length=60)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[("arrived", ""), ("again", "")])
