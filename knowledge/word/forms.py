from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hub.forms.uploads import UploadField
from hub.languages import LANGUAGES
from knowledge.enums import Kind

ACCEPT = ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class WordForm(forms.Form):
    """A Word file, and what becomes of it; `kinds` are those that the person writes."""

    file = UploadField(
        label=_("Word file"),
        help_text=_("A .docx of at most 10 MB. Place and camera are removed from its pictures."),
        accept=ACCEPT,
        error_messages={"required": _("Choose a file first.")},
    )
    kind = forms.ChoiceField(label=_("What it becomes"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language it is written in"), choices=LANGUAGES)

    def __init__(self, *args: Any, kinds: list[Kind], asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["kind"])
        choice.choices = [(kind.value, kind.label) for kind in kinds]
        choice.initial = asked if asked in [kind.value for kind in kinds] else kinds[-1].value
        if len(kinds) == 1:
            choice.widget = forms.HiddenInput()
        self.fields["language"].initial = get_language()
