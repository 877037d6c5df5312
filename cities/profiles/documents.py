"""What search knows of people: what they say of themselves and where they belong, no address."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import override

from cities.documents import OWN_LANGUAGES
from cities.models import Membership, Profile
from hub import access, search
from hub.enums import Listing
from hub.models import User

KIND = "person"


def put_person(user: User) -> None:
    """Index somebody anew, or take them out; in the transaction that changed what is shown."""
    found = _people().filter(pk=user.pk).first()
    if found is None:
        search.remove(key=user.subject)
    else:
        _put(found)


def put_people() -> None:
    for user in _people().iterator(chunk_size=500):
        _put(user)


def _people() -> QuerySet[User]:
    """Everybody whom the directory shows to anybody, with what is said of them."""
    current = Membership.objects.current()
    found: QuerySet[User] = (
        User.objects.filter(is_active=True)
        .listed()
        .filter(
            Q(Exists(current.filter(user=OuterRef("pk"))))
            | Q(Exists(Profile.objects.filter(user=OuterRef("pk"))))
        )
        .select_related("profile")
        .prefetch_related(
            Prefetch(
                "memberships",
                current.select_related("city", "organisation", "programme").order_by("pk"),
                to_attr="current_memberships",
            ),
            "profile__domains",
            "profile__levers",
        )
    )
    return found


def _put(user: Any) -> None:
    profile: Profile | None = getattr(user, "profile", None)
    terms = [*profile.domains.all(), *profile.levers.all()] if profile else []
    facets = {f"domain:{t.code}" for t in (profile.domains.all() if profile else ())}
    facets |= {m.city.subject for m in user.current_memberships if m.city}
    said = [profile.title, profile.expertise, profile.offers] if profile else []
    said += [profile.about, profile.seeks] if profile else []
    search.put(
        key=user.subject,
        kind=KIND,
        title=str(user),
        text="\n".join(filter(None, [*said, *_belongs(user), *_names(terms)])),
        url=f"/people/{user.pk}/",
        language="",
        also_in={*OWN_LANGUAGES, user.language},
        audience=[access.PUBLIC if user.listing == Listing.PUBLIC else access.SIGNED_IN],
        dated_at=profile.changed_at if profile else user.joined_at,
        facets=facets,
    )


def _names(terms: list[Any]) -> list[str]:
    return [name for term in terms for name in (term.name_en, term.name_sv)]


def _belongs(user: Any) -> list[str]:
    """Roles in each language of the hub, and the places."""
    lines = []
    for code in OWN_LANGUAGES:
        with override(code):
            held = user.current_memberships
            lines += [f"{m.get_role_display()}, {m.place}" for m in held]
    return lines
