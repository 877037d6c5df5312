"""Documents that people bring: told by what is in them, never opened, always downloaded.

What is in them is for the reader's own programs to judge; here they are bytes that no
browser takes for a page (`hub.views.files`), and none of the kinds that carry macros.
"""

import hashlib
import uuid
import zipfile
from collections.abc import Iterable
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from slugify import slugify

from hub import files
from hub.files import LARGEST_UPLOAD, Refused
from hub.models import StoredFile, User

#: Ending → type. The first part of a packed document's only text, or its folder, tells which.
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
}
ACCEPT = ",".join([*(f".{ending}" for ending in TYPES), files.ACCEPT])
_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")
#: A packed document holds hundreds of parts; one with more is made to be opened slowly.
MOST_PARTS = 10_000


def store_document(
    *, upload: "UploadedFile[bytes]", audience: Iterable[str], by: User
) -> StoredFile:
    """Keep a document, or a picture, for the people of `audience`; raises Refused with a sentence.

    Nobody reads it by its own address where `audience` is empty: then the room that
    owns it asks its own rules and sends it.
    """
    size = upload.size or 0
    if size > LARGEST_UPLOAD:
        raise Refused(
            _("The file is %(size)s MB; at most 10 MB can be taken. Link to larger ones.")
            % {"size": round(size / 1024 / 1024)}
        )
    head = upload.read(16)
    upload.seek(0)
    if head.startswith(_PICTURES):
        return files.store_picture(upload=upload, audience=audience, by=by)
    ending = _ending_of(upload)
    data = upload.read()
    stem = slugify(PurePath(upload.name or "").stem, max_length=80) or "document"
    stored = StoredFile(
        name=f"{stem}.{ending}",
        content_type=TYPES[ending],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        audience=sorted(set(audience)),
        uploaded_by=by,
    )
    stored.file.save(f"{uuid.uuid4()}.{ending}", ContentFile(data), save=False)
    with transaction.atomic():
        stored.save()
    return stored


def discard(stored: StoredFile) -> None:
    """Forget a file; its bytes go when the transaction has been committed."""
    storage, name = stored.file.storage, stored.file.name
    stored.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _ending_of(upload: "UploadedFile[bytes]") -> str:
    """What the bytes are, whatever the name says; text alone is told apart by its name."""
    data = upload.read()
    upload.seek(0)
    if not data:
        raise Refused(_("The file is empty. Choose it again."))
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _packed(upload)
    named = PurePath(upload.name or "").suffix.lower().removeprefix(".")
    if named in ("txt", "csv") and _is_text(data):
        return named
    raise Refused(
        _(
            "This kind of file cannot be taken. Save it as PDF, or choose a Word, Excel, "
            "PowerPoint or OpenDocument file, a picture, or plain text."
        )
    )


def _packed(upload: "UploadedFile[bytes]") -> str:
    """Word, Excel, PowerPoint and OpenDocument; told by the table of contents alone."""
    try:
        with zipfile.ZipFile(upload) as packed:
            names = packed.namelist()
            mimetype = names and names[0] == "mimetype" and packed.getinfo("mimetype")
            kind = packed.read("mimetype") if mimetype and mimetype.file_size < 200 else b""
    # Broken archives raise what the reader happens to raise; all of it means the same.
    except Exception as broken:
        raise Refused(_("The file is broken. Save it once more and choose it again.")) from broken
    finally:
        upload.seek(0)
    if len(names) > MOST_PARTS or any(_is_program(name) for name in names):
        raise Refused(_("The file carries macros or programs. Save it without them, or as PDF."))
    found = {
        ending for folder, ending in _OFFICE.items() if any(n.startswith(folder) for n in names)
    }
    if "[Content_Types].xml" in names and len(found) == 1:
        return found.pop()
    for ending in ("odt", "ods", "odp"):
        if kind.decode("ascii", "replace").strip() == TYPES[ending]:
            return ending
    raise Refused(_("Packed files cannot be taken. Add what is in them one by one."))


def _is_program(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith(("vbaproject.bin", ".exe", ".js", ".dll")) or lowered.startswith(
        ("basic/", "scripts/")
    )


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text
