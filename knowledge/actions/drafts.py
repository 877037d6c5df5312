"""What is typed and not yet saved."""

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from hub import files
from hub.models import User
from knowledge.models import Article, Attachment, WorkingDraft
from labs.models import Lab

#: Characters of all fields together; five times what a form takes.
LONGEST = 500_000
MOST_PICTURES = 20


class TooLong(Exception):
    pass


class TooMany(Exception):
    pass


def key_for(user: User, article: Article) -> uuid.UUID:
    """One draft per person and article: two open windows share it."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"draft:{user.pk}:{article.pk}")


@transaction.atomic
def keep(
    *,
    by: User,
    key: uuid.UUID,
    kind: str,
    data: dict[str, Any],
    article: Article | None = None,
    lab: Lab | None = None,
    base: int = 0,
) -> WorkingDraft:
    """Store what stands in the form now, right or wrong; the base stays that of the beginning."""
    if sum(len(str(value)) for value in data.values()) > LONGEST:
        raise TooLong
    title = str((data.get("title") or [""])[0])[:200]
    draft, is_new = WorkingDraft.objects.get_or_create(
        key=key,
        user=by,
        defaults={
            "kind": kind,
            "article": article,
            "lab": lab,
            "base_number": base,
            "data": data,
            "title": title,
        },
    )
    if not is_new:
        draft.data, draft.title = data, title
        draft.save(update_fields=["data", "title", "saved_at"])
    return draft


@transaction.atomic
def add_picture(
    *, by: User, draft: WorkingDraft, upload: "UploadedFile[bytes]", alt: str, section: str
) -> Attachment:
    """Keep the picture for its author alone and put it at the end of a section of the draft."""
    if draft.attachments.count() >= MOST_PICTURES:
        raise TooMany
    stored = files.store_picture(upload=upload, audience=[f"user:{by.pk}"], by=by)
    attachment = Attachment.objects.create(file=stored, draft=draft, alt=alt)
    before = str((draft.data.get(section) or [""])[0]).rstrip()
    code = picture_line(alt, stored.get_absolute_url())
    draft.data[section] = [f"{before}\n\n{code}\n".lstrip()]
    draft.save(update_fields=["data", "saved_at"])
    return attachment


def picture_line(alt: str, address: str) -> str:
    """As it stands in a text."""
    plain = alt.replace("[", "(").replace("]", ")").replace("\\", "/").replace("`", "'")
    return f"![{plain}]({address})"
