"""What the people of a group type into its workspace."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from cities.twinning.enums import Fit, GoalState
from cities.twinning.models import Goal, MilestoneMark
from hub import documents
from hub.forms.addresses import WebAddress
from hub.forms.days import Day
from hub.forms.texts import Line, Paragraphs
from hub.forms.uploads import UploadField
from hub.models import User
from hub.wallclock import today

_SHORT = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")


class _Plain(forms.Form):
    use_required_attribute = False


class MilestoneForm(_Plain):
    done_on = Day(label=gettext_lazy("Done on"), widget=_SHORT)
    note = Line(label=gettext_lazy("In one line"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, mark: MilestoneMark | None = None) -> None:
        stands = {"done_on": mark.done_on, "note": mark.note} if mark else {"done_on": today()}
        super().__init__(data, initial=stands)

    def clean_done_on(self) -> Any:
        day = self.cleaned_data["done_on"]
        if day > today():
            raise forms.ValidationError(_("This day is still to come."))
        return day


def _cities(field: Any, cities: list[City], empty: str = "") -> None:
    choices = [(str(city.pk), city.name) for city in cities]
    field.choices = [("", empty), *choices] if empty else choices


class NewGoalForm(_Plain):
    city = forms.ChoiceField(label=gettext_lazy("Whose goal is it?"))
    text = Line(
        label=gettext_lazy("Goal"),
        help_text=gettext_lazy("What the city wants to know or be able to do in the end."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write down the goal.")},
    )

    def __init__(self, data: Any = None, *, cities: list[City], **more: Any) -> None:
        super().__init__(data, **more)
        self._cities = {str(city.pk): city for city in cities}
        _cities(self.fields["city"], cities)

    def chosen(self) -> City:
        return self._cities[self.cleaned_data["city"]]


class GoalForm(_Plain):
    text = Line(
        label=gettext_lazy("Goal"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    state = forms.ChoiceField(label=gettext_lazy("How far has it come?"), choices=GoalState)
    note = Line(
        label=gettext_lazy("What came of it, or why it is dropped"),
        max_length=300,
        required=False,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, goal: Goal) -> None:
        names = ("text", "state", "note", "version")
        super().__init__(data, initial={name: getattr(goal, name) for name in names})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") == GoalState.DROPPED and not data.get("note"):
            self.add_error("note", _("Say why it is dropped: the others will ask."))
        return data


class FileForm(_Plain):
    title = Line(label=gettext_lazy("Title"), max_length=160)
    link = WebAddress(label=gettext_lazy("Link"), max_length=500, required=False)
    file = UploadField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy(
            "PDF, Word, Excel, PowerPoint, OpenDocument, a picture or plain text; at most 10 MB."
        ),
        accept=documents.ACCEPT,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.has_error("link") or self.has_error("file"):
            return data
        if data.get("link") and data.get("file"):
            self.add_error("file", _("Give a link or a file, not both."))
        elif not data.get("link") and not data.get("file"):
            self.add_error("link", _("Give a link or a file."))
        return data


class NoteForm(_Plain):
    text = Paragraphs(
        label=gettext_lazy("What happened"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write down what happened.")},
    )


class ActionForm(_Plain):
    text = Line(
        label=gettext_lazy("What is done next?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write down what is done.")},
    )
    city = forms.ChoiceField(label=gettext_lazy("By which city"), required=False)
    due_on = Day(label=gettext_lazy("Until when"), required=False, widget=_SHORT)

    def __init__(self, data: Any = None, *, cities: list[City]) -> None:
        super().__init__(data)
        self._cities = {str(city.pk): city for city in cities}
        _cities(self.fields["city"], cities, _("All of them"))

    def chosen(self) -> City | None:
        return self._cities.get(self.cleaned_data["city"])


class HandoverForm(_Plain):
    holder = forms.ChoiceField(label=gettext_lazy("Who speaks for the city from now on?"))
    note = Paragraphs(
        label=gettext_lazy("What they should know"),
        help_text=gettext_lazy("What is agreed, what waits, whom to call."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    with_plan = forms.BooleanField(
        label=gettext_lazy("The replication plan and its open steps go along"),
        required=False,
        initial=True,
    )

    def __init__(self, data: Any = None, *, people: list[User], **more: Any) -> None:
        super().__init__(data, **more)
        self._people = {str(user.pk): user for user in people}
        field: Any = self.fields["holder"]
        field.choices = [(pk, str(user)) for pk, user in self._people.items()]

    def chosen(self) -> User:
        return self._people[self.cleaned_data["holder"]]


class FitForm(_Plain):
    answer = forms.ChoiceField(
        label=gettext_lazy("How does it go?"),
        choices=Fit,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the three.")},
    )
    note = Line(
        label=gettext_lazy("What the coordinator should know"),
        help_text=gettext_lazy("Only the coordinators and your own city read it."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
