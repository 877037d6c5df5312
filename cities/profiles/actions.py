"""What people change about themselves; nobody else does."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cities.models import Contact, Profile
from cities.people import actions as memberships
from cities.profiles.documents import put_person
from hub import access, documents, files
from hub.enums import Listing
from hub.models import User


@transaction.atomic
def record(
    *,
    profile: Profile,
    listing: Listing,
    contacts: Mapping[str, tuple[str, str]],
    terms: Mapping[str, Any],
    picture: "UploadedFile[bytes] | None" = None,
    drops_picture: bool = False,
    by: User,
) -> Profile:
    """Keep what `by` says of themselves; raises hub.files.Refused for a picture.

    `contacts`: way → (what is written, who sees it); an empty one goes. `terms`: "domains" and
    "levers".
    """
    # Two tabs that save for the first time would make two profiles.
    User.objects.select_for_update().get(pk=by.pk)
    profile.user = by
    before = Profile.objects.filter(user=by).select_related("picture").first()
    profile.pk = before.pk if before else None
    profile.picture = before.picture if before else None
    gone = profile.picture if picture or drops_picture else None
    if gone is not None:
        profile.picture = None
    if picture:
        profile.picture = files.store_picture(upload=picture, audience=_seeing(by), by=by)
    profile.save()
    profile.domains.set(terms["domains"])
    profile.levers.set(terms["levers"])
    if gone is not None:
        documents.discard(gone)
    _set_contacts(by, contacts)
    set_listing(person=by, listing=listing)
    return profile


@transaction.atomic
def forget(profile: Profile) -> None:
    """With its picture, as if nothing had been said."""
    picture = profile.picture
    profile.delete()
    if picture is not None:
        documents.discard(picture)
    put_person(profile.user)


@transaction.atomic
def set_listing(*, person: User, listing: Listing) -> None:
    """Who may know that the person is here: search, picture and earlier news follow at once."""
    was = User.objects.values_list("listing", flat=True).get(pk=person.pk)
    User.objects.filter(pk=person.pk).update(listing=listing)
    person.listing = listing
    files.retarget(
        Profile.objects.filter(user=person, picture__isnull=False).values_list(
            "picture", flat=True
        ),
        _seeing(person),
    )
    put_person(person)
    if Listing.UNLISTED in (was, listing) and was != listing:
        memberships.retarget_news(person=person)


def _seeing(person: User) -> list[str]:
    if person.listing == Listing.PUBLIC:
        return [access.PUBLIC]
    own = access.key("user", person.pk)
    return [own] if person.listing == Listing.UNLISTED else [access.SIGNED_IN]


def _set_contacts(person: User, contacts: Mapping[str, tuple[str, str]]) -> None:
    said = {way: pair for way, pair in contacts.items() if pair[0]}
    Contact.objects.filter(user=person).exclude(way__in=said).delete()
    Contact.objects.bulk_create(
        [
            Contact(user=person, way=way, value=value, circle=circle)
            for way, (value, circle) in said.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "way"],
        update_fields=["value", "circle"],
    )
