"""What may be read of a Word file: a clean copy of it, made under limits before anything opens it.

A .docx is a zip of XML and pictures from anywhere. Nothing but the parts that hold words, and
pictures by their first bytes, gets through; what they may weigh is fixed, not a share of the file.
"""

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext as _

from hub.files import LARGEST_UPLOAD, Refused

#: Bytes of one part, unpacked; a hundred pages of words take about two million.
LARGEST_PART = 6_000_000
#: Bytes of all parts that are read, unpacked.
LARGEST_WHOLE = 40_000_000
MOST_PARTS = 2_000
#: Reading takes a second for each twenty thousand; a text of the longest kind has a hundred.
MOST_ELEMENTS = 120_000
#: Tables in tables in tables; a real text stays under thirty.
DEEPEST = 80
#: Unread: a picture is told by how it begins, so that no XML passes for one.
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")
_READ = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/_rels/[\w.-]+\.rels|word/[\w.-]+\.xml", re.ASCII
)
#: Word on the web numbers it at times.
_TEXT = re.compile(r"word/document\d*\.xml")
_WORDS = re.compile(rb"<w:t(?: [^>]*)?>[^<]")
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Package:
    """A copy that holds nothing but what was looked at, and what was seen besides words."""

    content: BytesIO
    #: Local names of XML elements of the text → how often they stand in it.
    elements: dict[str, int] = field(default_factory=dict)
    #: Whether something is written at the top or bottom of every page.
    has_margins: bool = False


def opened(upload: IO[bytes], size: int) -> Package:
    """Raises Refused, with a sentence for whoever chose the file."""
    if size > LARGEST_UPLOAD:
        raise Refused(
            _("The file is %(size)s MB; at most 10 MB can be taken. Make its pictures smaller.")
            % {"size": round(size / 1024 / 1024)}
        )
    head = upload.read(8)
    upload.seek(0)
    if not head:
        raise Refused(_("The file is empty. Choose it again."))
    if head == _OLD_WORD:
        raise Refused(
            _(
                "This file is protected by a password, or from a Word of before 2007. "
                "Save it as .docx without a password."
            )
        )
    if not head.startswith(b"PK\x03\x04"):
        raise Refused(_("This is not a Word file. Save your text as .docx and choose that."))
    try:
        with zipfile.ZipFile(upload) as packed:
            return _copied(packed)
    except (Refused, MemoryError):
        raise
    # Broken archives raise what the reader happens to raise; all of it means the same.
    except Exception as broken:
        raise Refused(_("The file is broken. Save it once more and choose it again.")) from broken


def _copied(packed: zipfile.ZipFile) -> Package:
    parts = packed.infolist()
    names = [part.filename for part in parts]
    _refuse_by_names(names)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(_("The file is protected by a password. Save it without one."))
    found = Package(BytesIO())
    left, seen = LARGEST_WHOLE, _Counter()
    with zipfile.ZipFile(found.content, "w") as copy:
        for part in parts:
            is_words = _READ.fullmatch(part.filename) is not None
            if not is_words and not part.filename.startswith("word/media/"):
                continue
            data = _read(packed, part, min(left, LARGEST_PART if is_words else LARGEST_UPLOAD))
            left -= len(data)
            if is_words:
                seen.count(data, is_text=_TEXT.fullmatch(part.filename) is not None)
                is_margin = part.filename.startswith(("word/header", "word/footer"))
                found.has_margins |= is_margin and _WORDS.search(data) is not None
            elif not data.startswith(_PICTURES):
                continue
            copy.writestr(part.filename, data)
    found.elements = seen.elements
    found.content.seek(0)
    return found


def _refuse_by_names(names: list[str]) -> None:
    lowered = {name.lower() for name in names}
    if len(names) > MOST_PARTS or len(lowered) != len(names):
        raise _too_much()
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in lowered):
        raise Refused(_("The file carries macros. Save it as .docx, which has none."))
    if "[Content_Types].xml" not in names or not any(map(_TEXT.fullmatch, names)):
        raise Refused(_("This is not a Word file. Save your text as .docx and choose that."))


def _read(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """No more than `most` bytes are unpacked, whatever the archive says of itself."""
    with packed.open(part) as source:
        data = source.read(most + 1)
    if len(data) > most:
        raise _too_much()
    return data


def _too_much() -> Refused:
    return Refused(
        _("The file unpacks to more than can be read. Take parts out of it, or copy its text.")
    )


class _Counter:
    """Reads XML without building anything: how much there is, how deep, and no declarations."""

    def __init__(self) -> None:
        self.elements: dict[str, int] = {}
        self.total = 0
        self.depth = 0
        self.is_text = False

    def count(self, data: bytes, *, is_text: bool) -> None:
        self.depth, self.is_text = 0, is_text
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        # Entities, and files from elsewhere, can only be named in one; Word writes none.
        parser.StartDoctypeDeclHandler = self._refuse
        parser.Parse(data, True)

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        self.total += 1
        self.depth += 1
        if self.total > MOST_ELEMENTS or self.depth > DEEPEST:
            raise _too_much()
        if self.is_text:
            local = name.rpartition(" ")[2]
            self.elements[local] = self.elements.get(local, 0) + 1

    def _end(self, _name: str) -> None:
        self.depth -= 1

    def _refuse(self, *_declared: Any) -> NoReturn:
        raise Refused(_("The file is not as Word writes it. Save it once more in Word."))
