"""A link or a file as a coordinator adds it to a Lab."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub import documents
from hub.forms.addresses import WebAddress
from hub.forms.texts import Line
from hub.forms.uploads import UploadField
from labs.actions.materials import About
from labs.models import AgendaItem, Lab, Material


class MaterialForm(forms.Form):
    title = Line(label=gettext_lazy("Title"), max_length=160)
    link = WebAddress(
        label=gettext_lazy("Link"),
        max_length=500,
        required=False,
    )
    file = UploadField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy(
            "PDF, Word, Excel, PowerPoint, OpenDocument, a picture or plain text; at most 10 MB."
        ),
        accept=documents.ACCEPT,
    )
    item = forms.ModelChoiceField(
        label=gettext_lazy("Belongs to"), queryset=AgendaItem.objects.none(), required=False
    )
    for_registered = forms.BooleanField(
        label=gettext_lazy("Only for those who have a seat"), required=False
    )

    def __init__(
        self, *args: Any, lab: Lab, material: Material | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[AgendaItem]", self.fields["item"])
        field.queryset = lab.agenda.all()
        field.empty_label = _("The meeting as a whole")
        self.material = material
        if material is not None:
            del self.fields["file"]
            if material.file_id is not None:
                del self.fields["link"]
            for name in self.fields:
                self.initial[name] = getattr(material, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "link" not in self.fields or self.has_error("link") or self.has_error("file"):
            return cleaned
        link, file = cleaned.get("link"), cleaned.get("file")
        if link and file:
            self.add_error("file", _("Give a link or a file, not both."))
        elif not link and not file:
            self.add_error("link", _("Give a link or a file."))
        return cleaned

    def about(self) -> About:
        cleaned = self.cleaned_data
        return About(cleaned["title"], cleaned["item"], cleaned["for_registered"])
