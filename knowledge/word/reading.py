"""A Word file as sections of a text, its pictures apart, and a list of what was left out."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePath
from typing import Any

import mammoth
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hub.files import Refused
from knowledge.forms.fields import one_line
from knowledge.word import blocks, package, sorting
from knowledge.word.tree import tree

#: Beside mammoth's own, which know the headings; names are English in every Word.
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='heading 7'] => h6:fresh
p[style-name='heading 8'] => h6:fresh
p[style-name='heading 9'] => h6:fresh
"""
#: Elements of the text that stand for something we cannot show.
_LOST = (
    (("oMath",), gettext_lazy("Formulas: write them in words, or add a picture of them.")),
    (("chart",), gettext_lazy("Diagrams: add a picture of them, or their figures as a table.")),
    (("relIds",), gettext_lazy("SmartArt: add a picture of it, or write it as a list.")),
    (("OLEObject", "object"), gettext_lazy("Embedded files, such as sheets.")),
    (("del", "moveFrom"), gettext_lazy("What was struck out while changes were tracked.")),
    (("commentReference",), gettext_lazy("Comments in the margin.")),
    (("altChunk", "subDoc"), gettext_lazy("Parts that are files of their own.")),
)
_MOST_NAMED = 10
LONGEST_ALT = 250


@dataclass
class Picture:
    data: bytes
    alt: str


@dataclass
class Document:
    title: str
    fields: dict[str, str]
    #: By the number that stands in the fields; None where it could not be read.
    pictures: list[Picture | None] = field(default_factory=list)
    #: Sentences for whoever brought the file.
    left_out: list[str] = field(default_factory=list)


def read(upload: "UploadedFile[bytes]", kind: str) -> Document:
    """Raises Refused, with a sentence to show."""
    found = package.opened(upload, upload.size or 0)
    pictures: list[Picture | None] = []
    reading = _read(found.content, pictures)
    stem = one_line(PurePath(upload.name or "").stem)[: sorting.LONGEST_TITLE]
    sorted_ = sorting.into_sections(kind, reading.blocks, stem)
    if not sorted_.fields and not pictures:
        raise Refused(_("There are no words in the file. Choose another one."))
    left_out = [*_lost_parts(found), *_lost_by_reading(reading), *_unsorted(sorted_)]
    return Document(sorted_.title, sorted_.fields, pictures, left_out)


def _read(content: BytesIO, pictures: list[Picture | None]) -> blocks.Reading:
    def keep(image: Any) -> dict[str, str]:
        number = len(pictures)
        try:
            with image.open() as source:
                data = source.read()
        except (KeyError, ValueError):
            # Kept elsewhere, which nobody fetches, or of a kind that was not let in.
            pictures.append(None)
        else:
            alt = one_line(image.alt_text or "")[:LONGEST_ALT]
            pictures.append(Picture(data, alt))
        return {"src": str(number)}

    try:
        html = mammoth.convert_to_html(
            content,
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(keep),
            # The file's own rules of reading are somebody else's program.
            include_embedded_style_map=False,
            external_file_access=False,
        ).value
        return blocks.read(tree(html))
    except MemoryError:
        raise
    # What a file that is not as Word writes it makes the library raise; all of it means the same.
    except Exception as broken:
        raise Refused(_("The file is broken. Save it once more and choose it again.")) from broken


def _lost_parts(found: package.Package) -> list[str]:
    lost = [
        str(sentence)
        for names, sentence in _LOST
        if any(found.elements.get(name) for name in names)
    ]
    if found.has_margins:
        lost.append(_("What stands at the top and bottom of every page."))
    return lost


def _lost_by_reading(reading: blocks.Reading) -> list[str]:
    lost = []
    if reading.lost_links:
        lost.append(
            _("Addresses that lead to no page: %(texts)s. Their words are kept.")
            % {"texts": _named(reading.lost_links)}
        )
    if reading.nested_tables:
        lost.append(_("Tables inside tables: their words stand in one cell."))
    if reading.merged_cells:
        lost.append(_("Cells that were merged: look whether the tables can still be read."))
    if reading.notes:
        lost.append(_("Footnotes stand as a numbered list at the end of the last section."))
    return lost


def _unsorted(sorted_: sorting.Sorted) -> list[str]:
    if not sorted_.unknown:
        return []
    return [
        _("Headings that are no section here: %(texts)s. Their words stand under the one before.")
        % {"texts": _named(sorted_.unknown)}
    ]


def _named(texts: list[str]) -> str:
    some = list(dict.fromkeys(text[:80] for text in texts))
    named = ", ".join(f"“{text}”" for text in some[:_MOST_NAMED])
    rest = len(some) - _MOST_NAMED
    if rest <= 0:
        return named
    more = ngettext("and %(number)s more", "and %(number)s more", rest) % {"number": rest}
    return f"{named} {more}"


def as_upload(picture: Picture, number: int) -> "UploadedFile[bytes]":
    return SimpleUploadedFile(f"picture-{number}", picture.data)
