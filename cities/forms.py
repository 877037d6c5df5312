import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.atlas import Atlas
from cities.countries import country_name
from cities.enums import CityRole, Condition, MissionStatus
from cities.models import City, CityFact, Participation, Programme
from hub.forms.addresses import WebAddress
from hub.forms.days import Day

ANY = ("", _("All"))


class Filter(forms.Form):
    """Choices of a list; what is not understood is said beside the field and asks for nothing."""

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [ANY, *choices]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def countries_of(atlas: Atlas) -> list[tuple[str, str]]:
    named = [(code, country_name(code)) for code in atlas.countries]
    return sorted(named, key=lambda choice: choice[1])


class CityFilter(Filter):
    q = forms.CharField(
        label=_("Name, or what the city works with"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[ANY, *CityRole.choices])
    domain = forms.ChoiceField(label=_("Emission domain"), required=False)
    mission = forms.ChoiceField(
        label=_("EU Mission"), required=False, choices=[ANY, *MissionStatus.choices]
    )

    def __init__(self, data: Any, atlas: Atlas) -> None:
        super().__init__(data)
        self.choose("country", countries_of(atlas))
        self.choose("programme", [(p.slug, p.name) for p in atlas.programmes])
        self.choose("domain", [(d.code, d.name) for d in atlas.domains])


class OpenQuestion(forms.ChoiceField):
    """One of a group that may all stay open: the group says so once, not each of them."""

    says_optional = False


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a city lead answers for."""

    class Meta:
        model = City
        fields = [
            "about",
            "website",
            "neutral_by",
            "neutral_by_source",
            "population",
            "population_source",
            "population_year",
            "domains",
            "levers",
        ]
        field_classes = {"website": WebAddress}
        widgets = {
            "about": forms.Textarea(attrs={"rows": 6}),
            "neutral_by": forms.NumberInput(attrs={"class": "short", "min": 2020, "max": 2100}),
            "population": forms.NumberInput(attrs={"class": "short"}),
            "population_year": forms.NumberInput(attrs={"class": "short"}),
            "domains": forms.CheckboxSelectMultiple,
            "levers": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "about": _("A few plain sentences: where you stand, what you work with, what is hard."),
            "neutral_by": _("The year of the target, for example 2030."),
            "neutral_by_source": _("The decision or plan that says so."),
            "population_source": _("For example the national statistics office."),
            "domains": _("The domains you work with most; other cities find you by them."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in Condition.choices:
            self.fields[f"condition-{code}"] = OpenQuestion(
                label=label,
                required=False,
                choices=[("", _("Not said")), ("has", _("Yes")), ("lacks", _("No"))],
                initial=self._said(code),
                widget=forms.Select(attrs={"class": "short"}),
            )

    def _said(self, code: str) -> str:
        if code in self.instance.has:
            return "has"
        return "lacks" if code in self.instance.lacks else ""

    def conditions(self) -> list[forms.BoundField]:
        return [self[f"condition-{code}"] for code in Condition.values]

    def save(self, commit: bool = True) -> City:
        for side in ("has", "lacks"):
            said = [c for c in Condition.values if self.cleaned_data[f"condition-{c}"] == side]
            setattr(self.instance, side, said)
        saved: City = super().save(commit)
        return saved

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        year = data.get("neutral_by")
        if year and not 2020 <= year <= 2100:
            self.add_error("neutral_by", _("Give a year between 2020 and 2100."))
        if data.get("neutral_by") and not data.get("neutral_by_source"):
            self.add_error(
                "neutral_by_source", _("Say where the target stands, so that readers can check it.")
            )
        if data.get("population") and not data.get("population_source"):
            self.add_error("population_source", _("Say where the figure comes from."))
        return data


class FactForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = CityFact
        fields = ["label", "value", "year", "source", "source_url"]
        field_classes = {"source_url": WebAddress}
        widgets = {"year": forms.NumberInput(attrs={"class": "short"})}

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 1900 <= year <= 2100:
            raise ValidationError(_("Give the year with four digits, between 1900 and 2100."))
        return year


FactFormSet = forms.inlineformset_factory(
    City, CityFact, form=FactForm, extra=1, max_num=12, validate_max=True, can_delete=True
)


class ParticipationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A city joins a programme: with a role, from a day, perhaps to a day."""

    city = forms.ModelChoiceField(
        label=_("City"), queryset=City.objects.none(), empty_label=_("Choose a city")
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *CityRole.choices])
    starts_on = Day(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    last_day = Day(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty while nobody knows."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
    )

    class Meta:
        model = Participation
        fields = ["city", "role", "cohort"]
        widgets = {"cohort": forms.NumberInput(attrs={"class": "short"})}
        help_texts = {"cohort": _("1, 2, …; empty where the programme takes in no cohorts.")}

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        field = self.fields["city"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = City.objects.in_order()
        self.fields["starts_on"].initial = max(programme.starts_on, timezone.localdate())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, last = data.get("starts_on"), data.get("last_day")
        ends = self.programme.ends_on
        if start and ends and start > ends:
            self.add_error("starts_on", _("The programme has ended by then."))
        elif start and last and last < start:
            self.add_error("last_day", _("The last day lies before the first."))
        elif start and data.get("city"):
            data["period"] = (start, last + dt.timedelta(days=1) if last else None)
            if self._overlaps(data["city"], data["period"]):
                self.add_error(
                    "city",
                    _(
                        "This city is in the programme at that time already. "
                        "End that first, or choose other dates."
                    ),
                )
        return data

    def _overlaps(self, city: City, period: tuple[dt.date, dt.date | None]) -> bool:
        return self.programme.participations.filter(city=city, period__overlap=period).exists()


class EndingForm(forms.Form):
    last_day = Day(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )

    def __init__(self, *args: Any, participation: Participation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participation = participation
        self.fields["last_day"].initial = timezone.localdate()

    def clean_last_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["last_day"]
        period = self.participation.period
        if day < period.lower:
            raise ValidationError(
                _("The city joined on %(day)s; the last day cannot lie before that."),
                params={"day": period.lower.isoformat()},
            )
        if period.upper and day >= period.upper:
            raise ValidationError(_("The time ends earlier than that already."))
        return day
