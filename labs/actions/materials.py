"""Links and files for a Lab: added, renamed, removed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from hub import documents
from hub.models import StoredFile, User
from labs.models import AgendaItem, Lab, Material
from labs.refusals import Refused

MOST = 50


@dataclass(frozen=True)
class About:
    """What stands beside a link or a file."""

    title: str
    item: AgendaItem | None = None
    for_registered: bool = False


@transaction.atomic
def add_material(
    *,
    by: User,
    lab: Lab,
    about: About,
    link: str = "",
    upload: "UploadedFile[bytes] | None" = None,
) -> Material:
    """A link, or a file; raises Refused, or `hub.files.Refused` where the file is not taken."""
    # Locked, so that the fifty-first does not slip in beside the fiftieth.
    lab = Lab.objects.locked().get(pk=lab.pk)
    if lab.materials.count() >= MOST:
        raise Refused(_("There is room for at most 50 links and files. Remove one first."))
    # Its address opens it to nobody: the Lab's own page asks who may see it, each time.
    stored = documents.store_document(upload=upload, audience=[], by=by) if upload else None
    return Material.objects.create(
        lab=lab,
        item=_own(lab, about.item),
        title=about.title,
        link="" if stored else link,
        file=stored,
        for_registered=about.for_registered,
        added_by=by,
    )


@transaction.atomic
def change_material(*, by: User, material: Material, about: About, link: str = "") -> Material:
    """Rename it, move it to another point, show it to others; a file stays the file it is."""
    material = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    material.title, material.for_registered = about.title, about.for_registered
    material.item = _own(material.lab, about.item)
    if material.file_id is None:
        material.link = link
    material.save(update_fields=["title", "for_registered", "item", "link"])
    return material


@transaction.atomic
def remove_material(*, by: User, material: Material) -> None:
    stored = material.file
    material.delete()
    throw_away([stored] if stored else [])


def files_of(lab: Lab) -> list[StoredFile]:
    found = lab.materials.exclude(file=None).select_related("file")
    return [material.file for material in found if material.file]


def throw_away(stored: Iterable[StoredFile]) -> None:
    for file in stored:
        documents.discard(file)


def _own(lab: Lab, item: AgendaItem | None) -> AgendaItem | None:
    return item if item is not None and item.lab_id == lab.pk else None
