import re
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.forms.texts import Line
from knowledge.models import Article

_ADDRESS = re.compile(r"/knowledge/([\w-]+)/")


class CitationForm(forms.Form):
    """One of the texts near the group, or any other by its address here."""

    near = forms.ChoiceField(
        label=gettext_lazy("A text of the group's cities"),
        required=False,
    )
    address = Line(
        label=gettext_lazy("Or the address of another text here"),
        help_text=gettext_lazy("Copied from the browser, as …/knowledge/heat-from-the-river/"),
        max_length=500,
        required=False,
    )
    use_required_attribute = False

    def __init__(self, data: Any = None, *, near: list[Article], seen: Any, **more: Any) -> None:
        super().__init__(data, **more)
        self._near = {str(article.pk): article for article in near}
        self._seen = seen
        self._found: Article | None = None
        field: Any = self.fields["near"]
        choices = [(pk, Truncator(a.title).chars(90)) for pk, a in self._near.items()]
        field.choices = [("", _("Choose…")), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        address, near = data.get("address", ""), data.get("near", "")
        if address and near:
            self.add_error("address", _("Choose a text or give an address, not both."))
        elif address:
            named = _ADDRESS.search(f"{address}/")
            self._found = self._seen.filter(slug=named[1]).first() if named else None
            if self._found is None:
                self.add_error("address", _("There is no published text at this address."))
        elif near:
            self._found = self._near[near]
        elif not self.errors:
            self.add_error("near", _("Choose a text, or give its address."))
        return data

    def chosen(self) -> Article:
        if self._found is None:
            raise ValueError("The form was not valid.")
        return self._found
