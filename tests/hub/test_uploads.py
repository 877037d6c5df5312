"""Files that people choose."""

import re
from pathlib import Path

from django import forms

from hub.files import LARGEST_UPLOAD
from hub.forms.uploads import UploadField

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("hub", "cities", "labs", "knowledge")


class FileForm(forms.Form):
    file = UploadField(accept=".pdf")


def test_a_file_input_says_how_much_it_takes() -> None:
    drawn = str(FileForm()["file"])
    assert f'data-max-bytes="{LARGEST_UPLOAD}"' in drawn
    assert 'accept=".pdf"' in drawn
    assert "at most {most} MB can be taken" in drawn


def test_every_file_input_of_the_project_is_one_of_these() -> None:
    plain = re.compile(r"forms\.(FileField|ImageField|FileInput|ClearableFileInput)\b")
    found = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if plain.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["hub/forms/uploads.py"]
    typed = [p for p in (ROOT / "templates").rglob("*.html") if 'type="file"' in p.read_text()]
    assert typed == []
