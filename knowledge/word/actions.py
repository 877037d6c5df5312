"""A draft that begins with what a Word file holds."""

import re
import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from hub import files
from hub.models import User
from knowledge.actions import drafts
from knowledge.enums import Kind
from knowledge.models import Attachment, WorkingDraft
from knowledge.word import reading
from knowledge.word.blocks import PICTURE

_PLACES = re.compile(PICTURE.format(r"(\d+)"))


@transaction.atomic
def begin(
    *, by: User, kind: Kind, upload: "UploadedFile[bytes]", more: dict[str, list[str]]
) -> WorkingDraft:
    """Its words in the sections of the kind, its pictures with it; `more` is kept as typed.

    Raises `files.Refused`, and `drafts.TooLong`. The file itself is not kept.
    """
    document = reading.read(upload, kind)
    values = {name: [value] for name, value in document.fields.items()}
    typed = {**more, "title": [document.title], **values}
    draft = drafts.keep(by=by, key=uuid.uuid4(), kind=kind, data=typed)
    codes, lost = _keep_pictures(by, draft, document.pictures)
    for name, value in document.fields.items():
        draft.data[name] = [_with_pictures(value, codes)]
    draft.left_out = [*document.left_out, *lost]
    draft.save(update_fields=["data", "left_out", "saved_at"])
    return draft


def _keep_pictures(
    by: User, draft: WorkingDraft, pictures: list[reading.Picture | None]
) -> tuple[dict[int, str], list[str]]:
    """Number → its line of Markdown; and sentences about those that are not there."""
    codes: dict[int, str] = {}
    lost: list[str] = []
    for number, picture in enumerate(pictures):
        named = {"number": number + 1}
        if picture is None:
            lost.append(
                _("Picture %(number)s: of a kind that is not taken, or kept elsewhere.") % named
            )
        elif len(codes) >= drafts.MOST_PICTURES:
            lost.append(_("Picture %(number)s: a text takes at most 20.") % named)
        else:
            try:
                codes[number] = _keep(by, draft, picture, number + 1)
            except files.Refused as refusal:
                lost.append(_("Picture %(number)s: %(why)s") % {**named, "why": refusal})
                continue
            if not picture.alt:
                lost.append(_("Picture %(number)s has no description: say what it shows.") % named)
    return codes, lost


def _keep(by: User, draft: WorkingDraft, picture: reading.Picture, number: int) -> str:
    alt = picture.alt or _("Picture %(number)s") % {"number": number}
    upload = reading.as_upload(picture, number)
    stored = files.store_picture(upload=upload, audience=[f"user:{by.pk}"], by=by)
    Attachment.objects.create(file=stored, draft=draft, alt=alt)
    return drafts.picture_line(alt, stored.get_absolute_url())


def _with_pictures(text: str, codes: dict[int, str]) -> str:
    def put(found: re.Match[str]) -> str:
        number = int(found[1])
        return codes.get(number) or _("[picture %(number)s]") % {"number": number + 1}

    return _PLACES.sub(put, text)
