"""Word files that are made to do harm, or are broken, are refused in words (trust 28)."""

import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub.files import LARGEST_UPLOAD, Refused
from hub.models import StoredFile
from knowledge.enums import Kind
from knowledge.models import WorkingDraft
from knowledge.word import package, reading
from tests.conftest import Cast
from tests.knowledge.making import send
from tests.knowledge.word_files import (
    ROOT,
    W,
    h,
    image,
    link,
    p,
    packed,
    parts,
    table,
    upload,
    word,
)

BROKEN = "The file is broken"
TOO_MUCH = "unpacks to more than can be read"
NO_WORD = "This is not a Word file"
ENTITY = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def with_part(name: str, data: str | bytes) -> bytes:
    return packed(parts(p("Words.")) | {name: data})


def declared(declaration: str, encoding: str = "utf-8") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<w:document {W}><w:body>{p("&a;")}</w:body></w:document>'
    return with_part("word/document.xml", text.replace("&amp;a;", "&a;").encode(encoding))


def nested(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + p("x") + "</w:tc></w:tr></w:tbl>" * depth


def bomb() -> bytes:
    """Two gigabytes in two megabytes."""
    return with_part("word/document.xml", "<w>" + " " * 50_000_000)


def lying() -> bytes:
    """A part that says it is small."""
    data = bytearray(bomb())
    true, small = struct.pack("<I", 50_000_003), struct.pack("<I", 10)
    return bytes(data.replace(true, small))


def encrypted() -> bytes:
    data = bytearray(packed(parts(p("Words."))))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "file is empty"),
    "words": (lambda: b"Just words", NO_WORD),
    "pdf": (lambda: b"%PDF-1.7", NO_WORD),
    "page": (lambda: b"<html><script>alert(1)</script>", NO_WORD),
    "old or locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "encrypted": (encrypted, "password"),
    "cut": (lambda: packed(parts(p("Words.")))[:400], BROKEN),
    "sheet": (lambda: packed({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}), NO_WORD),
    "any zip": (lambda: packed({"a.txt": "a"}), NO_WORD),
    "macros": (lambda: with_part("word/vbaProject.bin", b"x"), "macros"),
    "macros elsewhere": (lambda: with_part("customXml/VBAPROJECT.BIN", b"x"), "macros"),
    "bomb": (bomb, TOO_MUCH),
    "bomb that lies": (lying, BROKEN),
    "bomb of pictures": (
        lambda: packed(
            parts(p("Words."))
            | {f"word/media/{n}.jpg": b"\xff\xd8\xff" + b"\0" * 9_000_000 for n in range(6)}
        ),
        TOO_MUCH,
    ),
    "many parts": (
        lambda: packed(parts(p("W")) | {f"x/{n}": "" for n in range(package.MOST_PARTS)}),
        TOO_MUCH,
    ),
    "many elements": (
        lambda: packed(parts("<w:p/>" * (package.MOST_ELEMENTS + 1))),
        TOO_MUCH,
    ),
    "deep": (lambda: packed(parts(nested(10_000))), TOO_MUCH),
    "external entity": (lambda: declared(ENTITY), "not as Word writes it"),
    "entity in UTF-16": (lambda: declared(ENTITY, "utf-16"), "not as Word writes it"),
    "billion laughs": (lambda: declared(LAUGHS), "not as Word writes it"),
    "laughs in styles": (
        lambda: with_part("word/styles.xml", LAUGHS + "<a>&j;</a>"),
        "not as Word writes it",
    ),
    "no XML": (lambda: with_part("word/document.xml", "<w:document"), BROKEN),
    "no words": (lambda: packed(parts()), "There are no words"),
    "loop of styles": (
        lambda: with_part("word/numbering.xml", f"<w:numbering {W}><w:num/></w:numbering>"),
        BROKEN,
    ),
    "large": (lambda: b"PK\x03\x04" + b"\0" * (LARGEST_UPLOAD + 1), "at most 10 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_beside_the_field(cast: Cast, sign_in: Any, name: str) -> None:
    make, sentence = HOSTILE[name]
    file = SimpleUploadedFile("x.docx", make())
    sent = {"file": file, "kind": "case-note", "language": "en"}
    refused = send(sign_in(cast.bob), "/knowledge/import/", sent)
    assert refused.status_code == 422
    assert sentence in str(refused.context["form"].errors["file"]), name
    assert not WorkingDraft.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_guards_are_what_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without them the library takes what it should not."""
    monkeypatch.setattr(package._Counter, "_refuse", lambda *_declared: None)
    text = declared('<!DOCTYPE w [<!ENTITY a "let in">]>')
    assert "let in" in str(reading.read(upload(text), Kind.CASE_NOTE).fields)


def test_no_xml_passes_for_a_picture() -> None:
    """What is named as the text, and is none of the parts that were looked at, is not there."""
    elsewhere = ROOT.replace("word/document.xml", "word/media/x.jpg")
    files = parts(p("Words.")) | {
        "_rels/.rels": elsewhere,
        "word/media/x.jpg": f"{LAUGHS}<a>&j;</a>",
    }
    assert reading.read(upload(packed(files)), Kind.CASE_NOTE).fields == {"challenge": "Words."}


def test_names_that_meet_are_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (parts(p("One.")) | {"WORD/document.xml": "<x/>"}).items():
            archive.writestr(name, data)
    with pytest.raises(Refused, match=TOO_MUCH):
        reading.read(upload(out.getvalue()), Kind.CASE_NOTE)


def test_nothing_outside_is_fetched_or_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets are closed in tests; a file of this machine must not come in either."""
    file = word(
        p("Words. ", image("pic1", how="link"), image("pic2", how="link"), image("pic3")),
        p(link("web", "press me")),
        pic1="http://169.254.169.254/latest/", pic2="file:///etc/hostname",
        pic3="../../../../etc/hostname", web="javascript:alert(1)",
    )  # fmt: skip
    found = reading.read(file, Kind.CASE_NOTE)
    assert found.pictures == [None, None, None]
    assert "javascript" not in str(found.fields)
    assert "press me" in found.fields["challenge"]


@pytest.mark.parametrize(
    "style_map", ["p => script", "(" * 5000, "p[style-name='x'] => p.a.b:fresh" * 500]
)
def test_the_files_own_rules_are_not_followed(style_map: str) -> None:
    data = with_part("mammoth/style-map", style_map)
    assert reading.read(upload(data), Kind.CASE_NOTE).fields == {"challenge": "Words."}


def test_hidden_pictures_are_refused_one_by_one(cast: Cast, sign_in: Any) -> None:
    size = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + b"IHDR" + size + struct.pack(">I", zlib.crc32(b"IHDR" + size))
    files = parts(p("Words. ", image("pic1"), image("pic2")),
                  pic1="media/bomb.png", pic2="media/script.png")  # fmt: skip
    files |= {
        "word/media/bomb.png": b"\x89PNG\r\n\x1a\n" + head,
        "word/media/script.png": "<svg xmlns='x'><script>alert(1)</script></svg>",
    }
    sent = {"file": upload(packed(files)), "kind": "case-note", "language": "en"}
    assert send(sign_in(cast.bob), "/knowledge/import/", sent).status_code == 302
    draft = WorkingDraft.objects.get()
    assert draft.data["challenge"] == ["Words. [picture 1][picture 2]"]
    assert [line.partition(":")[0] for line in draft.left_out] == ["Picture 2", "Picture 1"][::-1]
    assert not StoredFile.objects.exists()


def test_the_largest_that_is_taken_is_read_in_bounds() -> None:
    row = tuple("a cell with some words" for _ in range(8))
    body = [h("Challenge"), *[p("Some words of a paragraph. " * 5)] * 3000, table(*[row] * 800)]
    data = packed(parts(*body))
    tracemalloc.start()
    begun = time.monotonic()
    found = reading.read(upload(data), Kind.CASE_NOTE)
    took, peak = time.monotonic() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.fields["challenge"]) > 300_000
    print(f"{took:.1f} s, {peak / 1e6:.0f} MB")
    assert peak < 512e6


def test_bidi_controls_emoji_and_lookalikes_come_through_as_elsewhere() -> None:
    found = reading.read(
        word(h("\u202egnp.exe 🌱", 0), p("Нeаt \u202eabc 🚜 \u0000".replace("\0", ""))),
        Kind.CASE_NOTE,
    )
    assert found.title == "gnp.exe 🌱"
    assert "🚜" in found.fields["challenge"]
