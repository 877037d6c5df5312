"""A form of several texts that several people write at once; each knows what it began from."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms

from hub.compare import Difference
from hub.editing import Clashing, Standing, Written, mark_of


class SharedTexts(forms.Form):
    """All texts in one form, so that one press saves them all without JavaScript too.

    A text's field is named after `stem` and its key. Two hidden fields travel with it: the version
    it began from, and the mark of its words then, which tells what was typed from what was not.
    """

    stem: ClassVar[str] = "text"

    def __init__(self, *args: Any, texts: Iterable[Standing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = list(texts)
        for text in self.texts:
            self.fields[self.name_of(text)] = self.field_of(text)
            self.fields[f"version-{text.key}"] = forms.IntegerField(
                initial=text.version,
                min_value=0,
                max_value=2**31 - 1,
                required=False,
                widget=forms.HiddenInput,
            )
            self.fields[f"mark-{text.key}"] = forms.CharField(
                initial=text.mark, max_length=40, required=False, widget=forms.HiddenInput
            )

    def field_of(self, text: Standing) -> forms.Field:
        raise NotImplementedError

    def name_of(self, text: Standing) -> str:
        return f"{self.stem}-{text.key}"

    def rows(self) -> list[tuple[Standing, forms.BoundField, list[forms.BoundField]]]:
        """Each text with its field and its two hidden ones."""
        return [
            (text, self[self.name_of(text)], [self[name] for name in _stamp(text)])
            for text in self.texts
        ]

    def written(self) -> list[Written]:
        """What was typed; a text that the form did not have is left alone."""
        data = self.cleaned_data
        return [
            Written(
                key=text.key,
                text=data[self.name_of(text)],
                version=data[f"version-{text.key}"] or 0,
                is_touched=mark_of(data[self.name_of(text)]) != data[f"mark-{text.key}"],
            )
            for text in self.texts
            if self.name_of(text) in self.data
        ]

    def knowing(self, clashing: Clashing) -> Any:
        """What was sent, made to know of what stands now: the next save is from there."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for text in clashing.texts:
            for name, value in _stamp(text).items():
                data[name] = value
        return data

    def beside(self, clashing: Clashing) -> list[Difference]:
        """What stands now beside what was typed."""
        return [
            Difference(str(text.label), text.text, self.cleaned_data[self.name_of(text)])
            for text in clashing.texts
        ]

    def news(self, stand: Iterable[Standing]) -> list[dict[str, Any]]:
        """What the open page is to know of each text; its words only where they are not its own."""
        found = []
        for text in stand:
            name = self.name_of(text)
            one: dict[str, Any] = {"name": name, "stamp": _stamp(text)}
            if self.cleaned_data.get(name) != text.text:
                one["text"] = text.text
            found.append(one)
        return found


def _stamp(text: Standing) -> dict[str, str]:
    return {f"version-{text.key}": str(text.version), f"mark-{text.key}": text.mark}
