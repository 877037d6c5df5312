"""An outcome as it is typed, and who can be made to answer for it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.atlas import Atlas
from cities.forms import Filter
from cities.models import City
from cities.models.places import CityQuerySet
from hub import access
from hub.forms.days import Day
from hub.forms.texts import Line
from hub.models import User
from labs import people
from labs.actions import Wanted
from labs.enums import FollowUpState, OutcomeKind
from labs.models import Lab, MinutesPoint, Outcome
from labs.permissions import conductor_keys

_OF_FOLLOW_UPS = ("owner", "due_on")
#: Nobody plans further than a programme lasts.
FURTHEST = dt.timedelta(days=5 * 366)


class OwnerForm(forms.Form):
    """Who does it, and until when."""

    owner = forms.ChoiceField(
        label=gettext_lazy("Who does it"),
        help_text=gettext_lazy("A person, or a city where nobody has been named yet."),
        error_messages={
            "required": gettext_lazy("Say who does it: a follow-up without an owner is lost."),
            "invalid_choice": gettext_lazy(
                "This person or city does not belong to the programme. Choose another."
            ),
        },
    )
    due_on = Day(
        label=gettext_lazy("Until when"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Say until when it is to be done."),
            "invalid": gettext_lazy("Write the day like 2027-03-31."),
        },
    )

    def __init__(self, *args: Any, lab: Lab, outcome: Outcome | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome = outcome
        self._cities = list(_cities_of(lab).in_order().distinct())
        holders = User.objects.holding(*_own_keys(lab))
        owner = outcome.owner_id if outcome else None
        named = holders.order_by("name", "email")
        self._users = [user for user in named if user.is_listed or user.pk == owner]
        self._homes = people.homes([user.pk for user in self._users])
        self.fields["owner"].choices = self._choices()  # type: ignore[attr-defined]
        if outcome is not None and outcome.is_follow_up:
            stands = {"owner": _code_of(outcome), "due_on": outcome.due_on}
            self.initial = {**stands, **self.initial}

    def _choices(self) -> list[Any]:
        named = [(f"user:{user.pk}", self._with_home(user)) for user in self._users]
        cities = [(f"city:{city.pk}", city.name) for city in self._cities]
        left = self._who_left()
        return [
            ("", _("Choose a person or a city")),
            (_("People"), [*left, *named]),
            (_("Cities"), cities),
        ]

    def _who_left(self) -> list[tuple[str, str]]:
        """The owner as it stands, though no longer of the programme: an edit need not move it."""
        owner = self.outcome.owner if self.outcome else None
        if owner is None or owner.pk in {user.pk for user in self._users}:
            return []
        return [(f"user:{owner.pk}", _("%(name)s (has left)") % {"name": owner})]

    def _with_home(self, user: User) -> str:
        home = self._homes.get(user.pk)
        return f"{user}, {home.place}" if home else str(user)

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        stands = self.outcome.due_on if self.outcome else None
        if day is None or day == stands:
            return day
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later one."))
        if day > today + FURTHEST:
            raise forms.ValidationError(_("That is more than five years away. Is the year right?"))
        return day

    def owner_and_city(self) -> tuple[User | None, City | None]:
        """A person stands for their city too, as long as it is in the programme."""
        kind, _colon, number = self.cleaned_data["owner"].partition(":")
        cities = {str(city.pk): city for city in self._cities}
        if kind == "city":
            return None, cities[number]
        user = next((u for u in self._users if str(u.pk) == number), None)
        if user is None and self.outcome is not None:
            return self.outcome.owner, self.outcome.city
        home = self._homes.get(int(number))
        return user, cities.get(str(home.city_id)) if home else None


class OutcomeForm(OwnerForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of outcome is it?"),
        widget=forms.RadioSelect,
        choices=[
            (OutcomeKind.INFORMATION, gettext_lazy("Information: something all should know")),
            (OutcomeKind.DECISION, gettext_lazy("Decision: something that holds from now on")),
            (OutcomeKind.FOLLOW_UP, gettext_lazy("Follow-up: something that somebody does")),
        ],
        error_messages={"required": gettext_lazy("Choose what kind of outcome it is.")},
    )
    text = Line(
        label=gettext_lazy("In one or two sentences"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write down what came out.")},
    )
    point = forms.ChoiceField(label=gettext_lazy("Under which point"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False
    field_order = ("kind", "text", "owner", "due_on", "point")

    def __init__(self, *args: Any, points: Iterable[MinutesPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = {str(point.pk): point for point in points}
        field: Any = self.fields["point"]
        whole = ("", _("The meeting as a whole"))
        field.choices = [whole, *((pk, p.title) for pk, p in self.points.items())]
        for name in _OF_FOLLOW_UPS:
            self.fields[name].required = not self._is_other()
        if self.outcome is not None:
            stands = self.outcome
            facts = {"kind": stands.kind, "text": stands.text, "version": stands.version}
            self.initial = {**facts, "point": str(stands.point_id or ""), **self.initial}

    def _is_other(self) -> bool:
        """Not a follow-up: what may stand in its two fields is neither asked for nor judged."""
        return self.is_bound and self.data.get("kind") != OutcomeKind.FOLLOW_UP

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self._is_other():
            for name in _OF_FOLLOW_UPS:
                self.errors.pop(name, None)
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        if data["kind"] != OutcomeKind.FOLLOW_UP:
            return Wanted(kind=data["kind"], text=data["text"])
        owner, city = self.owner_and_city()
        return Wanted(data["kind"], data["text"], owner, city, data["due_on"])

    def chosen_point(self) -> MinutesPoint | None:
        return self.points.get(self.cleaned_data["point"])


class ReassignForm(OwnerForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.outcome is not None:
            self.initial = {"version": self.outcome.version, **self.initial}


class SettlingForm(forms.Form):
    note = Line(
        label=gettext_lazy("What came of it, or why it is dropped"),
        help_text=gettext_lazy("One line for the others."),
        max_length=500,
        required=False,
    )


class FollowUpFilter(Filter):
    """Filters of the board; without a state, what is open."""

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any, atlas: Atlas) -> None:
        super().__init__(data)
        self.choose("programme", [(p.slug, p.name) for p in atlas.programmes])
        field: Any = self.fields["state"]
        field.choices = [
            ("", capfirst(FollowUpState.OPEN.label)),
            ("late", _("Past its day")),
            (FollowUpState.DONE, capfirst(FollowUpState.DONE.label)),
            (FollowUpState.DROPPED, capfirst(FollowUpState.DROPPED.label)),
        ]


def _cities_of(lab: Lab) -> CityQuerySet:
    if lab.group_id is not None:
        return City.objects.filter(group_roles__group=lab.group_id)
    taking_part = lab.programme.participations.current()
    return City.objects.filter(participations__in=taking_part)


def _own_keys(lab: Lab) -> list[str]:
    """Of those whom something can be asked of: the programme's people, or the twin group's."""
    if lab.group_id is not None:
        return [access.key("group", lab.group_id), *conductor_keys(lab)]
    return [access.key("programme", lab.programme_id)]


def _code_of(outcome: Outcome) -> str:
    return f"user:{outcome.owner_id}" if outcome.owner_id else f"city:{outcome.city_id}"
