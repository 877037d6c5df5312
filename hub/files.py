"""Files that people bring: checked by what is in them, made anew, kept as private as their owner.

A picture is never stored as it came: it is decoded, turned upright, made smaller and written as
WebP, so that neither a position nor a camera's number nor anything hidden behind it stays.
"""

import hashlib
import uuid
from collections.abc import Iterable
from io import BytesIO
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from slugify import slugify

from hub.models import StoredFile, User

LARGEST_UPLOAD = 10 * 1024 * 1024
#: Read from the header, before anything is decoded.
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2000
#: The only types that are shown in the browser; everything else is downloaded.
SHOWN = frozenset({"image/webp", "image/jpeg", "image/png"})
ACCEPT = "image/jpeg,image/png,image/webp,image/gif"

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_PHONE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class Refused(Exception):
    """The file cannot be taken; the text says why and what to do."""


def store_picture(
    *, upload: "UploadedFile[bytes]", audience: Iterable[str], by: User
) -> StoredFile:
    """Keep a picture for the people of `audience`; raises Refused with a sentence to show."""
    size = upload.size or 0
    if size > LARGEST_UPLOAD:
        raise Refused(
            _(
                "The picture is %(size)s MB; at most 10 MB can be taken. "
                "Choose a smaller size when you share it from the phone."
            )
            % {"size": round(size / 1024 / 1024)}
        )
    picture = _made_anew(upload)
    out = BytesIO()
    picture.save(out, "WEBP", quality=82, method=4)
    data = out.getvalue()
    stem = slugify(PurePath(upload.name or "").stem, max_length=80) or "picture"
    stored = StoredFile(
        name=f"{stem}.webp",
        content_type="image/webp",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=picture.width,
        height=picture.height,
        audience=sorted(set(audience)),
        uploaded_by=by,
    )
    stored.file.save(f"{uuid.uuid4()}.webp", ContentFile(data), save=False)
    with transaction.atomic():
        stored.save()
    return stored


def retarget(ids: Iterable[uuid.UUID], audience: Iterable[str]) -> None:
    """The thing the files belong to changed who may see it."""
    StoredFile.objects.filter(pk__in=list(ids)).update(audience=sorted(set(audience)))


def _made_anew(upload: "UploadedFile[bytes]") -> Image.Image:
    """The first frame's pixels, upright, at most LONGEST_SIDE, and nothing else of the file."""
    head = upload.read(512)
    upload.seek(0)
    _refuse_by_head(head)
    try:
        with Image.open(upload, formats=_FORMATS) as source:
            _refuse_by_size(source)
            # JPEG: decoded at a fraction of its size, which spares memory.
            source.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(source)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            pixels = upright.convert("RGBA" if has_alpha else "RGB")
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels() from bomb
    except MemoryError:
        raise
    # Pillow raises what its decoders happen to raise on broken files; all of it means the same.
    except Exception as broken:
        raise Refused(
            _("This is not a picture we can read. Save it as JPEG or PNG and choose it again.")
        ) from broken
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A new image has no room for what the old one carried along.
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    return clean


def _refuse_by_head(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise Refused(_("The file is empty. Choose it again."))
    if b"<svg" in start or start.startswith((b"<?xml", b"<!doctype", b"<html")):
        raise Refused(
            _(
                "SVG drawings and web pages cannot be taken, since they may carry programs. "
                "Save the drawing as PNG."
            )
        )
    if head[4:8] == b"ftyp" and head[8:12] in _PHONE_BRANDS:
        raise Refused(
            _(
                "The picture is in the HEIC or AVIF format. Save it as JPEG; "
                "on an iPhone: Settings, Camera, Formats, Most compatible."
            )
        )


def _refuse_by_size(source: Image.Image) -> None:
    width, height = source.size
    if width * height > MOST_PIXELS or max(width, height) > 30_000:
        raise _too_many_pixels()


def _too_many_pixels() -> Refused:
    return Refused(
        _("The picture has more than 50 million pixels. Make it smaller and choose it again.")
    )
