"""What cities seek and offer can be reported: who decides, and what taking down means."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cities.documents import put_city, put_wish, remove_wish
from cities.enums import Role
from cities.models import City, Participation, Wish
from hub import access, events, moderation
from hub.models import Event, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hub.access import Reader

#: News of the wish itself; news of its answers is the room's that owns them.
_OWN_NEWS = ["wish.sought", "wish.offered", "wish.asked"]


def register() -> None:
    moderation.register(
        "wish",
        moderation.Reportable(_("What a city seeks or offers"), _wish, take_down, bring_back),
    )


def moderators_of(city: City) -> list[str]:
    """Not the city itself: coordinators of the programmes it is in, and the admins."""
    joined = Participation.objects.current().filter(city=city)
    programmes = joined.values_list("programme", flat=True)
    keys = {access.key("programme", pk, Role.COORDINATOR) for pk in programmes}
    return [*sorted(keys), access.ADMIN]


def _wish(reader: "Reader", pk: int) -> moderation.Thing | None:
    seen = Wish.objects.visible_to(reader).standing().with_places()
    wish = seen.filter(pk=pk).first()
    if wish is None:
        return None
    return moderation.Thing(
        title=f"{wish.city.name}: {wish.text}",
        text=wish.text,
        url=wish.get_absolute_url(),
        authors=[wish.stated_by_id],
        moderators=moderators_of(wish.city),
    )


@transaction.atomic
def take_down(*, by: User, pk: int, reason: str) -> None:
    """Only the city's own people and the admins see it from now on."""
    wish = _locked(pk)
    if wish.removed_at is None:
        wish.take_down(by=by, reason=reason)
        own = [access.key("city", wish.city_id), access.ADMIN]
        events.retarget(subject=wish.subject, audience=own)
        remove_wish(wish)
        put_city(wish.city)


@transaction.atomic
def bring_back(*, by: User, pk: int) -> None:
    """Its earlier answers are read on its page again; news of them stays with the city."""
    wish = _locked(pk)
    wish.bring_back()
    news = Event.objects.about(wish.subject).filter(verb__in=_OWN_NEWS)
    news.update(audience=[access.PUBLIC])
    put_city(wish.city)
    if wish.is_open:
        put_wish(wish)


def bring_back_what_was_taken_down_by(people: "QuerySet[User]") -> None:
    """The sample hub goes, and what its people decided with it."""
    for wish in Wish.objects.filter(removed_by__in=people):
        bring_back(by=wish.stated_by, pk=wish.pk)


def _locked(pk: int) -> Wish:
    return Wish.objects.select_for_update(of=("self",)).select_related("city").get(pk=pk)
