from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.atlas import Atlas
from cities.enums import WishKind
from cities.forms import ANY, Filter, countries_of
from cities.models import City, Domain, Wish

#: What the list shows without a choice is open.
STATES = [
    ("", _("Open")),
    ("unanswered", _("Open and not answered")),
    ("closed", _("Closed")),
]
_AS_TEXT = forms.Textarea(attrs={"rows": 3, "maxlength": 200})


class WishForm(forms.ModelForm):  # type: ignore[type-arg]
    kind = forms.ChoiceField(
        label=_("Does the city seek or offer this?"),
        choices=WishKind,
        widget=forms.RadioSelect,
        initial=WishKind.SEEKS,
    )

    class Meta:
        model = Wish
        fields = ["kind", "text", "domains"]
        widgets = {"text": _AS_TEXT, "domains": forms.CheckboxSelectMultiple}
        help_texts = {
            "text": _(
                "One sentence that a colleague in another city understands, for example: "
                "How do we get housing companies to join the district heating?"
            ),
        }


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A learning need that is put to one city."""

    city = forms.ChoiceField(label=_("On behalf of which city"))

    class Meta:
        model = Wish
        fields = ["text", "domains"]
        labels = {"text": _("Your question in one sentence")}
        widgets = {"text": _AS_TEXT, "domains": forms.CheckboxSelectMultiple}
        help_texts = {
            "text": _(
                "As you would ask a colleague there. It is public: other cities may know it too."
            ),
        }

    field_order = ["city", "text", "domains"]

    def __init__(self, data: Any, *, cities: list[City]) -> None:
        super().__init__(data)
        choice = cast("forms.ChoiceField", self.fields["city"])
        choice.choices = [(city.slug, city.name) for city in cities]
        choice.initial = cities[0].slug
        if len(cities) == 1:
            choice.widget = forms.HiddenInput()

    def asking(self, cities: list[City]) -> City:
        slug = self.cleaned_data["city"]
        return next(city for city in cities if city.slug == slug)

    def domains(self) -> list[Domain]:
        return list(self.cleaned_data["domains"])


class NeedFilter(Filter):
    kind = forms.ChoiceField(
        label=_("Seeks or offers"), required=False, choices=[ANY, *WishKind.choices]
    )
    domain = forms.ChoiceField(label=_("Emission domain"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    #: From the page of the city that is asked.
    asked = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, atlas: Atlas) -> None:
        super().__init__(data)
        self.choose("domain", [(d.code, d.name) for d in atlas.domains])
        self.choose("country", countries_of(atlas))
