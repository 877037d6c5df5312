from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cities.atlas import Atlas
from cities.forms import ANY, Filter
from cities.models import City
from hub.languages import LANGUAGES
from knowledge.enums import Kind, Stage
from knowledge.models import Article

if TYPE_CHECKING:
    from hub.access import Reader

#: Filter → the article's field it compares.
LOOKUPS = {
    "kind": "kind",
    "city": "city__slug",
    "domain": "domains__code",
    "lever": "levers__code",
    "language": "language",
    "programme": "programme__slug",
    "stage": "stage",
}


class FilterForm(Filter):
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *Kind.choices])
    city = forms.ChoiceField(label=_("City"), required=False)
    domain = forms.ChoiceField(label=_("Emission domain"), required=False)
    lever = forms.ChoiceField(label=_("Lever of change"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[ANY, *LANGUAGES])
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    stage = forms.ChoiceField(
        label=_("Where it stands"), required=False, choices=[ANY, *Stage.choices]
    )

    def __init__(self, data: Any, atlas: Atlas, user: "Reader") -> None:
        super().__init__(data)
        self.choose("city", _cities_with_texts(user))
        self.choose("domain", [(d.code, d.name) for d in atlas.domains])
        self.choose("lever", [(lever.code, lever.name) for lever in atlas.levers])
        self.choose("programme", [(p.slug, p.name) for p in atlas.programmes])

    def condition(self) -> Q:
        """Unknown values find nothing wrong: they are ignored, as an old link may carry them."""
        return Q(**{LOOKUPS[name]: value for name, value in self.wanted().items()})


def _cities_with_texts(user: "Reader") -> list[tuple[str, str]]:
    seen = Article.objects.published().visible_to(user).filter(city=OuterRef("pk"))
    return list(City.objects.filter(Exists(seen)).in_order().values_list("slug", "name"))
