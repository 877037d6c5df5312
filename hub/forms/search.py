from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hub import search
from hub.forms.days import Day
from hub.search.query import CAP, PAGE, Found, Wanted

#: Languages a document may be in, beyond those of the interface.
_LAST_PAGE = CAP // PAGE


class SearchForm(forms.Form):
    """What is looked for. Choices that narrow are offered once it is known what there is."""

    q = forms.CharField(label=_("Look for"), max_length=200, required=False)
    kind = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    language = forms.CharField(label=_("Language"), max_length=8, required=False)
    since = Day(label=_("From"), required=False)
    until = Day(label=_("To"), required=False)
    page = forms.IntegerField(
        required=False, min_value=1, max_value=_LAST_PAGE, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for facet in search.facets().values():
            self.fields[facet.code] = forms.CharField(
                label=facet.label, required=False, max_length=50
            )

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind and kind not in search.kinds():
            raise forms.ValidationError(_("There is no such kind of result."))
        return kind

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one."))

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            words=data["q"].strip(),
            kind=data["kind"],
            language=data["language"],
            facets={code: data[code] for code in search.facets() if data[code]},
            since=data["since"],
            until=data["until"],
            page=data["page"] or 1,
        )

    def narrowing(self, found: Found) -> "NarrowForm":
        return NarrowForm(self.wanted(), found)


class NarrowForm(forms.Form):
    """The fields beside the results: only what occurs, each with its number."""

    q = forms.CharField(widget=forms.HiddenInput)
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, wanted: Wanted, found: Found) -> None:
        chosen = {"language": wanted.language, **wanted.facets}
        initial = {"q": wanted.words, "kind": wanted.kind, **chosen}
        dates = {"since": wanted.since, "until": wanted.until}
        super().__init__(initial={**initial, **dates}, auto_id="narrow_%s")
        more = "+" if found.counts_are_capped else ""
        for facet in search.facets().values():
            counts = dict(found.counts.get(facet.code, {}))
            names = facet.names(sorted({*counts, *filter(None, [wanted.facets.get(facet.code)])}))
            self._offer(facet.code, facet.label, names, counts, more)
        counts = dict(found.counts.get("language", {}))
        languages = {code: language_name(code) for code in [*counts, wanted.language] if code}
        self._offer("language", _("Language"), languages, counts, more)
        for name in ("since", "until"):
            self.fields[name] = SearchForm.base_fields[name]

    def _offer(
        self, name: str, label: Any, names: dict[str, str], counts: dict[str, int], more: str
    ) -> None:
        order = sorted(names, key=lambda value: (-counts.get(value, 0), names[value]))
        choices = [(v, f"{names[v]} ({counts.get(v, 0)}{more})") for v in order]
        self.fields[name] = forms.ChoiceField(
            label=label, required=False, choices=[("", _("All")), *choices]
        )


def language_name(code: str) -> str:
    """In the reader's language; the code itself where Django knows no such language."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return str(dict(settings.LANGUAGES).get(code, code))
