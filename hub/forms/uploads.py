"""A file that people choose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.files import LARGEST_UPLOAD

TOO_LARGE = _("“{name}” is {size} MB; at most {most} MB can be taken. Choose a smaller one.")


class UploadField(forms.FileField):
    """Where scripts run, a file that is too large is told of as it is chosen (file-size.js)."""

    def __init__(self, *, accept: str = "", **kwargs: Any) -> None:
        attrs: dict[str, Any] = {"data-max-bytes": LARGEST_UPLOAD, "data-too-large": TOO_LARGE}
        attrs |= {"accept": accept} if accept else {}
        super().__init__(widget=forms.ClearableFileInput(attrs=attrs), **kwargs)
