"""Pictures are checked by what is in them; nothing of the file that came is kept (trust 28)."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hub import files
from hub.models import StoredFile
from tests.knowledge.making import picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
UNREADABLE = "This is not a picture we can read. Save it as JPEG or PNG and choose it again."
NO_SVG = "SVG drawings and web pages cannot be taken, since they may carry programs. Save the drawing as PNG."
TOO_MANY = "The picture has more than 50 million pixels. Make it smaller and choose it again."


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"", *more: bytes) -> bytes:
    """A PNG whose header says width × height, whatever follows."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def real(kind: str = "JPEG", **save: object) -> bytes:
    return picture(kind=kind, **save).read()


def bomb() -> bytes:
    return png(50_000, 50_000, zlib.compress(b"\0" * 1_000_000))


HOSTILE = {
    "text.jpg": (b"Just words, no picture at all.", UNREADABLE),
    "script.svg": (SVG, NO_SVG),
    "svg named.png": (SVG, NO_SVG),
    "svg with bom.jpg": (b"\xef\xbb\xbf" + SVG, NO_SVG),
    "svg after comment.png": (b"<!-- a -->" + SVG, NO_SVG),
    "xml.png": (b"<?xml version='1.0'?><a/>", NO_SVG),
    "page.png": (b"<!DOCTYPE html><script>alert(1)</script>", NO_SVG),
    "page.gif": (b"<html><body onload=alert(1)>", NO_SVG),
    "empty.png": (b"", "The file is empty. Choose it again."),
    "bomb.png": (bomb(), TOO_MANY),
    "wide.png": (png(49_999, 1001, b""), TOO_MANY),
    "long strip.png": (png(1, 40_000, b""), TOO_MANY),
    "huge.bmp": (
        b"BM"
        + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
        UNREADABLE,
    ),
    "cut.jpg": (real()[:120], UNREADABLE),
    "cut.png": (real("PNG")[:50], UNREADABLE),
    "no data.png": (png(10, 10, b"not zlib"), UNREADABLE),
    "text bomb.png": (
        png(1, 1, b"", chunk(b"zTXt", b"k\0\0" + zlib.compress(b"A" * 80_000_000))),
        UNREADABLE,
    ),
    "postscript.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) print", UNREADABLE),
    "document.pdf": (b"%PDF-1.7\n1 0 obj<</S/JavaScript>>", UNREADABLE),
    "program.jpg": (b"MZ\x90\x00" + b"\0" * 200, UNREADABLE),
    "archive.png": (b"PK\x03\x04" + b"\0" * 200, UNREADABLE),
    "phone.heic": (
        b"\0\0\0\x18ftypheic" + b"\0" * 100,
        "The picture is in the HEIC or AVIF format. Save it as JPEG; on an iPhone: Settings, Camera, Formats, Most compatible.",
    ),
    "vector.wmf": (b"\xd7\xcd\xc6\x9a" + b"\0" * 60, UNREADABLE),
    "tiff.jpg": (real("TIFF"), UNREADABLE),
    "psd.png": (b"8BPS\0\x01" + b"\0" * 60, UNREADABLE),
    "large.jpg": (
        b"\xff\xd8\xff" + b"\0" * (30 * 1024 * 1024),
        "The picture is 30 MB; at most 10 MB can be taken. Choose a smaller size when you share it from the phone.",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(cast, name):
    data, sentence = HOSTILE[name]
    with pytest.raises(files.Refused, match=r".") as refusal:
        files.store_picture(upload=SimpleUploadedFile(name, data), audience=["public"], by=cast.bob)
    assert str(refusal.value) == sentence
    assert StoredFile.objects.count() == 0


def stored(cast, data: bytes, name: str = "bike.jpg") -> tuple[StoredFile, bytes]:
    upload = SimpleUploadedFile(name, data)
    file = files.store_picture(upload=upload, audience=["public"], by=cast.bob)
    with file.file.open() as kept:
        return file, kept.read()


def with_position() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 42.0, 0.0), 3: "E", 4: (13.0, 11.0, 0.0)})
    return real(exif=exif.tobytes(), comment=b"SecretCamera")


def test_the_sample_really_carries_a_position():
    """Negative control of the test below."""
    data = with_position()
    assert b"SecretCamera" in data
    assert dict(Image.open(BytesIO(data)).getexif().get_ifd(0x8825))[1] == "N"


def test_position_and_camera_are_gone_and_the_picture_stands_upright(cast):
    file, data = stored(cast, with_position())
    kept = Image.open(BytesIO(data))
    assert (kept.format, kept.size) == ("WEBP", (30, 40))
    assert dict(kept.getexif()) == {}
    assert b"SecretCamera" not in data
    assert b"EXIF" not in data
    assert (file.width, file.height, file.size, file.content_type) == (
        30,
        40,
        len(data),
        "image/webp",
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_hides_behind_a_picture_is_gone(cast, kind):
    tail = b"<?php system('id'); ?><script>alert(1)</script>PK\x03\x04"
    _file, data = stored(cast, real(kind) + tail)
    assert b"<script>" not in data
    assert b"php" not in data


def test_comments_and_profiles_are_gone(cast):
    _file, data = stored(cast, real("PNG", icc_profile=b"SecretProfile" * 20))
    assert b"SecretProfile" not in data


def test_large_pictures_become_small(cast):
    file, _data = stored(cast, real(size=(4000, 3000)))
    assert (file.width, file.height) == (2000, 1500)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels(cast, mode):
    out = BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (20, 10)).save(out, kind)
    file, data = stored(cast, out.getvalue())
    assert (file.width, file.height) == (20, 10)
    assert Image.open(BytesIO(data)).mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b\\c.png", "x" * 300 + ".jpg", "<script>.jpg", "å ä ö.jpg"]
)
def test_names_are_made_harmless(cast, name):
    file, _data = stored(cast, real(), name)
    assert file.name.endswith(".webp")
    assert set(file.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert ".." not in file.file.name


def test_a_private_file_is_served_to_its_people_only(cast, sign_in):
    file = files.store_picture(upload=picture(), audience=[f"user:{cast.bob.pk}"], by=cast.bob)
    path = file.get_absolute_url()
    seen = {role: sign_in(u).get(path).status_code for role, u in cast.by_role().items()}
    assert seen == {
        "visitor": 404,
        "lead": 404,
        "staff": 200,
        "coordinator": 404,
        "researcher": 404,
        "foreign": 404,
        "admin": 404,
    }
    assert sign_in(cast.bob).get(path).headers["Cache-Control"] == "private, no-cache"


def test_a_file_that_the_storage_lost_is_not_found(cast, sign_in):
    file = files.store_picture(upload=picture(), audience=["public"], by=cast.bob)
    default_storage.delete(file.file.name)
    assert sign_in(None).get(file.get_absolute_url()).status_code == 404


def test_a_public_file_is_served_harmlessly(cast, sign_in):
    file = files.store_picture(upload=picture(), audience=["public"], by=cast.bob)
    answer = sign_in(None).get(file.get_absolute_url())
    headers = answer.headers
    with file.file.open() as kept:
        assert b"".join(answer.streaming_content) == kept.read()
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Content-Disposition"] == 'inline; filename="bike.webp"'
    assert headers["Cache-Control"] == "public, max-age=600"
    again = sign_in(None).get(file.get_absolute_url(), headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_type_we_do_not_know_is_downloaded(cast, sign_in):
    file = files.store_picture(upload=picture(), audience=["public"], by=cast.bob)
    StoredFile.objects.update(content_type="text/html")
    headers = sign_in(None).get(file.get_absolute_url()).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
