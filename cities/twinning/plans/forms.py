"""A plan as it is typed: texts by several at once, steps one by one, answers at a follow-up."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.twinning.enums import StepState
from cities.twinning.models import Plan, PlanStep, PlanText
from cities.twinning.plans.actions import Wanted
from hub import access
from hub.editing import Standing
from hub.forms.days import Day
from hub.forms.shared import SharedTexts
from hub.forms.texts import Line, Paragraphs
from hub.models import User

#: Characters under one heading: some six printed pages.
LONGEST = 20_000
TOO_LONG = gettext_lazy(
    "This text has %(show_value)s characters, and a heading takes at most %(limit_value)s. "
    "Put what is longer into a document of its own and name it here."
)
WHY_DROPPED = gettext_lazy("Say why it is dropped: the others will ask.")


class TextsForm(SharedTexts):
    use_required_attribute = False

    def __init__(self, *args: Any, rows: Iterable[PlanText], **kwargs: Any) -> None:
        rows = list(rows)
        self._hints = {row.code: row.section.text for row in rows}
        self._needed = {row.code for row in rows if row.section.is_required}
        super().__init__(*args, texts=[row.standing for row in rows], **kwargs)

    def field_of(self, text: Standing) -> forms.Field:
        field = Paragraphs(
            label=text.label,
            help_text=self._hints[text.key],
            max_length=LONGEST,
            required=False,
            initial=text.text,
            widget=forms.Textarea(attrs={"rows": 6}),
            error_messages={"max_length": TOO_LONG},
        )
        # Saved empty it may be, signed not.
        field.says_optional = text.key not in self._needed  # type: ignore[attr-defined]
        return field


class StepForm(forms.Form):
    text = Line(
        label=gettext_lazy("What is done"),
        help_text=gettext_lazy("One thing that somebody can do, and that can be seen when done."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write down what is done.")},
    )
    owner = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False)
    owner_name = Line(
        label=gettext_lazy("Or somebody without an account here"),
        help_text=gettext_lazy("A department, a company, a person."),
        max_length=160,
        required=False,
    )
    due_on = Day(
        label=gettext_lazy("Until when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    budget = Line(
        label=gettext_lazy("Budget"),
        help_text=gettext_lazy("How much, and from where: “1.2 million euro, in the budget 2027”."),
        max_length=200,
        required=False,
    )
    mandate = Line(
        label=gettext_lazy("Mandate"),
        help_text=gettext_lazy("Who has decided it, or will: “city board, March 2027”."),
        max_length=200,
        required=False,
    )
    state = forms.ChoiceField(label=gettext_lazy("How far has it come?"), choices=StepState)
    state_note = Line(
        label=gettext_lazy("What came of it, or why it is dropped"),
        help_text=gettext_lazy("One line for the others."),
        max_length=500,
        required=False,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, plan: Plan, step: PlanStep | None = None, **more: Any
    ) -> None:
        if step is not None:
            more["initial"] = {**_stands(step), **more.get("initial", {})}
        super().__init__(data, **more)
        self.step = step
        self._people = {str(user.pk): user for user in _people(plan, step)}
        field: Any = self.fields["owner"]
        choices = [(pk, str(user)) for pk, user in self._people.items()]
        field.choices = [("", _("Nobody yet, or somebody else")), *choices]
        if not plan.is_open:
            for name in ("text", "owner", "owner_name", "due_on", "budget", "mandate"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("owner") and data.get("owner_name"):
            self.add_error("owner_name", _("Choose a person or name somebody else, not both."))
        if data.get("state") == StepState.DROPPED and not data.get("state_note"):
            self.add_error("state_note", str(WHY_DROPPED))
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        owner = self._people.get(data.get("owner") or "")
        return Wanted(
            text=data.get("text", ""),
            owner=owner,
            owner_name=data.get("owner_name", ""),
            due_on=data.get("due_on"),
            budget=data.get("budget", ""),
            mandate=data.get("mandate", ""),
            state=data["state"],
            state_note=data["state_note"],
        )


def _stands(step: PlanStep) -> dict[str, Any]:
    names = ("text", "owner_name", "due_on", "budget", "mandate", "state", "state_note", "version")
    found: dict[str, Any] = {name: getattr(step, name) for name in names}
    return {**found, "owner": str(step.owner_id or "")}


def people_of(plan: Plan) -> list[User]:
    """Those of the city, by name."""
    holders = User.objects.holding(access.key("city", plan.city_id)).listed()
    return list(holders.order_by("name", "email"))


def _people(plan: Plan, step: PlanStep | None) -> list[User]:
    """With the owner as it stands, though no longer of the city: an edit need not move it."""
    found = people_of(plan)
    if step is not None and step.owner is not None and step.owner not in found:
        found.append(step.owner)
    return found


class CommentForm(forms.Form):
    text = Paragraphs(
        label=gettext_lazy("Your comment"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write your comment.")},
    )
    #: "section-risks", "step-7", or empty for the whole plan.
    about = forms.ChoiceField(label=gettext_lazy("About"), required=False)

    use_required_attribute = False

    def __init__(self, data: Any = None, *, about: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        field: Any = self.fields["about"]
        field.choices = [("", _("The whole plan")), *about]

    def place(self) -> dict[str, Any]:
        """The section's code or the step's id, as `comment` takes them."""
        kind, _dash, name = self.cleaned_data["about"].partition("-")
        return {kind: name} if kind else {}


class KeepingForm(forms.Form):
    note = Line(
        label=gettext_lazy("What has changed"),
        help_text=gettext_lazy("One line for those who read the list of versions."),
        max_length=200,
        required=False,
    )


class PublicationForm(forms.Form):
    """Which of the two the page asked about: to show the plan, or to show it no longer."""

    shown = forms.ChoiceField(choices=[("yes", ""), ("no", "")], widget=forms.HiddenInput)


class OwnerForm(forms.Form):
    owner = forms.ChoiceField(label=gettext_lazy("Who answers for the plan"))

    def __init__(self, data: Any = None, *, people: list[User], **more: Any) -> None:
        super().__init__(data, **more)
        self._people = {str(user.pk): user for user in people}
        field: Any = self.fields["owner"]
        field.choices = [(pk, str(user)) for pk, user in self._people.items()]

    def chosen(self) -> User:
        return self._people[self.cleaned_data["owner"]]


class FollowUpForm(forms.Form):
    """How far each step has come, in one page."""

    summary = Paragraphs(
        label=gettext_lazy("What have you learnt since?"),
        help_text=gettext_lazy("What went otherwise than planned helps the next city most."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order: list[str] = []

    def __init__(self, data: Any = None, *, steps: Iterable[PlanStep], **more: Any) -> None:
        super().__init__(data, **more)
        self.steps = list(steps)
        for step in self.steps:
            self.fields[f"state-{step.pk}"] = forms.ChoiceField(
                label=_("How far has it come?"), choices=StepState, initial=step.state
            )
            self.fields[f"note-{step.pk}"] = Line(
                label=gettext_lazy("In one line"),
                max_length=500,
                required=False,
                initial=step.state_note,
            )

    def rows(self) -> list[tuple[PlanStep, forms.BoundField, forms.BoundField]]:
        return [(step, self[f"state-{step.pk}"], self[f"note-{step.pk}"]) for step in self.steps]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for step in self.steps:
            dropped = data.get(f"state-{step.pk}") == StepState.DROPPED
            if dropped and not data.get(f"note-{step.pk}"):
                self.add_error(f"note-{step.pk}", str(WHY_DROPPED))
        return data

    def told(self) -> dict[int, tuple[str, str]]:
        data = self.cleaned_data
        return {s.pk: (data[f"state-{s.pk}"], data[f"note-{s.pk}"]) for s in self.steps}
