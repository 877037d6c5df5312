from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cities.models import City, Domain, Lever, Programme
from knowledge.enums import LANGUAGES, Kind, Stage
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


class FilterForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
    domain = forms.ChoiceField(label=_("Emission domain"), required=False)
    lever = forms.ChoiceField(label=_("Lever of change"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    stage = forms.ChoiceField(label=_("Where it stands"), required=False)

    def __init__(self, *args: Any, user: "Reader", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: dict[str, Sequence[tuple[str, Any]]] = {
            "kind": list(Kind.choices),
            "language": LANGUAGES,
            "stage": list(Stage.choices),
            **_names(user),
        }
        for name, choices in found.items():
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def condition(self) -> Q:
        """Unknown values find nothing wrong: they are ignored, as an old link may carry them."""
        wanted = Q()
        if not self.is_valid():
            return wanted
        for name, lookup in LOOKUPS.items():
            if value := self.cleaned_data.get(name):
                wanted &= Q(**{lookup: value})
        return wanted


def _names(user: "Reader") -> dict[str, list[tuple[str, str]]]:
    """Names of all that can be filtered by, in one query."""
    name = "name_sv" if (get_language() or "").startswith("sv") else "name_en"
    seen = Article.objects.published().visible_to(user).filter(city=OuterRef("pk"))
    with_texts = City.objects.filter(Exists(seen))
    parts = [
        with_texts.values_list(Value("city"), "slug", "name"),
        Domain.objects.order_by().values_list(Value("domain"), "code", name),
        Lever.objects.order_by().values_list(Value("lever"), "code", name),
        Programme.objects.order_by().values_list(Value("programme"), "slug", "name"),
    ]
    found: dict[str, list[tuple[str, str]]] = {
        "city": [],
        "domain": [],
        "lever": [],
        "programme": [],
    }
    for filter_name, code, label in parts[0].union(*parts[1:], all=True):
        found[filter_name].append((code, label))
    for choices in found.values():
        choices.sort(key=lambda pair: _swedish(pair[1]))
    return found


def _swedish(name: str) -> str:
    return name.casefold().translate(str.maketrans("åäö", "{|}"))
