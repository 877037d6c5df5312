from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from cities.twinning.models import Application, Criterion, Review
from hub.forms.texts import Line, Paragraphs
from hub.models import User


class DeclarationForm(forms.Form):
    cities = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Cities that you cannot judge without bias"),
        help_text=gettext_lazy(
            "You work or worked for them, wrote with them, or somebody close to you does. "
            "Tick none if there is none."
        ),
        queryset=City.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = Line(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Only the programme reads it."),
        max_length=300,
        required=False,
    )

    def __init__(self, data: Any = None, *, cities: Any) -> None:
        super().__init__(data)
        cast("forms.ModelMultipleChoiceField[City]", self.fields["cities"]).queryset = cities

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("cities") and not data.get("reason") and not self.has_error("reason"):
            self.add_error("reason", _("Say why, in a few words."))
        return data

    def conflicts(self) -> dict[City, str]:
        return dict.fromkeys(self.cleaned_data["cities"], self.cleaned_data["reason"])


class ReviewForm(forms.Form):
    """Points for each criterion, from none to its most; empty is not scored yet."""

    comment = Paragraphs(
        label=gettext_lazy("Comment for the programme"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self, data: Any = None, *, criteria: Iterable[Criterion], review: Review | None = None
    ) -> None:
        stand = (
            {f"points-{s.criterion_id}": s.points for s in review.scores.all()} if review else {}
        )
        super().__init__(data, initial=stand | {"comment": review.comment if review else ""})
        self.criteria = list(criteria)
        for criterion in self.criteria:
            points = [(str(n), str(n)) for n in range(criterion.most + 1)]
            self.fields[f"points-{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.name,
                help_text=criterion.text,
                choices=[("", _("Not scored")), *points],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.Select(attrs={"class": "short"}),
            )
            self.fields[f"points-{criterion.pk}"].says_optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for field in self.rows() if self.is_final else []:
            if data.get(field.name) is None and not self.has_error(field.name):
                self.add_error(field.name, _("Score it, or keep the review as a draft."))
        return data

    @property
    def is_final(self) -> bool:
        """Sent in, rather than kept as a draft."""
        return "draft" not in self.data

    def rows(self) -> list[forms.BoundField]:
        return [self[f"points-{criterion.pk}"] for criterion in self.criteria]

    def points(self) -> dict[Criterion, int | None]:
        return {c: self.cleaned_data[f"points-{c.pk}"] for c in self.criteria}


class ReasonForm(forms.Form):
    reason = Line(label=gettext_lazy("Reason"), max_length=300)


class AssignmentForm(forms.Form):
    """Pairs as "application-reviewer" of a proposal, or one pair that is chosen by hand."""

    pairs = forms.MultipleChoiceField(required=False)
    application = forms.ChoiceField(label=gettext_lazy("Application"), required=False)
    reviewer = forms.ChoiceField(label=gettext_lazy("Reviewer"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        applications: Mapping[int, Application],
        reviewers: Mapping[int, User],
    ) -> None:
        super().__init__(data)
        self.applications, self.reviewers = applications, reviewers
        offered = {
            "pairs": [(f"{a}-{r}", "") for a in applications for r in reviewers] if data else [],
            "application": [(str(pk), it.city.name) for pk, it in applications.items()],
            "reviewer": [(str(pk), str(user)) for pk, user in reviewers.items()],
        }
        for name, choices in offered.items():
            cast("forms.ChoiceField", self.fields[name]).choices = choices
        for name in ("application", "reviewer"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]

    def chosen(self) -> list[tuple[Application, User]]:
        data = self.cleaned_data
        pairs = [pair.split("-") for pair in data["pairs"]]
        if data["application"] and data["reviewer"]:
            pairs.append([data["application"], data["reviewer"]])
        return [(self.applications[int(a)], self.reviewers[int(r)]) for a, r in pairs]
