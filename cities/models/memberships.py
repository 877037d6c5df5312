from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import ROLES_OF_CITY, ROLES_OF_ORGANISATION, ROLES_OF_PROGRAMME, Role
from cities.models.places import City, Organisation
from cities.models.programmes import Participation, Programme
from hub import access
from hub.enums import Listing
from hub.models import Invitation, seen_by

if TYPE_CHECKING:
    from hub.access import Reader


def _one_place_with_its_role() -> Q:
    """Exactly one of city, organisation, programme; and a role that exists there."""
    places = {
        "city": ROLES_OF_CITY,
        "organisation": ROLES_OF_ORGANISATION,
        "programme": ROLES_OF_PROGRAMME,
    }
    allowed = Q()
    for place, roles in places.items():
        absent = {f"{other}__isnull": True for other in places if other != place}
        allowed |= Q(**{f"{place}__isnull": False, "role__in": [r.value for r in roles]}, **absent)
    return allowed


class Place(models.Model):
    """A role somewhere: in a city, an organisation or a programme."""

    city = models.ForeignKey(
        City,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("city"),
        related_name="%(class)ss",
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("organisation"),
        related_name="%(class)ss",
    )
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("programme"),
        related_name="%(class)ss",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        abstract = True

    @property
    def place(self) -> City | Organisation | Programme:
        found = self.city or self.organisation or self.programme
        if found is None:
            raise ValueError("A membership without a place cannot exist (membership_one_place).")
        return found


def kept_by(user: "Reader") -> Q:
    """Memberships at places whose people this person keeps, an admin aside (cities.people)."""
    programmes = access.ids_of(user, "programme", "coordinator")
    kept = Q(city__in=access.ids_of(user, "city", "lead"))
    if programmes:
        taking_part = Participation.objects.current().filter(programme__in=programmes)
        kept |= Q(programme__in=programmes) | Q(city__in=taking_part.values("city"))
        kept |= Q(organisation__isnull=False)
    return kept


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: "Reader") -> "MembershipQuerySet":
        """Who holds which role is known to everybody who is signed in.

        Visitors know it of those who chose it; of who is unlisted it is known to themselves
        and to those who keep the people of the place.
        """
        if not user.is_authenticated:
            return self.filter(seen_by(user, "user__"))
        if access.ADMIN in access.keys_of(user):
            return self.all()
        listed = ~Q(user__listing=Listing.UNLISTED)
        return self.filter(listed | Q(user=user.pk) | kept_by(user))

    def shared_with(self, user: "Reader") -> "MembershipQuerySet":
        """Of people with whom one shares a city or an organisation."""
        return self.current().filter(
            Q(city__in=access.ids_of(user, "city"))
            | Q(organisation__in=access.ids_of(user, "organisation"))
        )

    def in_programmes_of(self, user: "Reader") -> "MembershipQuerySet":
        """Of people who are, through a role or their city, in a programme that one is in."""
        programmes = access.ids_of(user, "programme")
        cities = Participation.objects.current().filter(programme__in=programmes).values("city")
        return self.current().filter(Q(programme__in=programmes) | Q(city__in=cities))

    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None)


class Membership(Place):
    """A person's role in a city, an organisation or a programme; ended, never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Membership"]] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                name="membership_one_place", condition=_one_place_with_its_role()
            ),
            models.CheckConstraint(
                name="membership_ended_at_with_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="membership_starts_before_end",
                condition=Q(ended_at__isnull=True) | Q(started_at__lte=F("ended_at")),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "city", "organisation", "programme"],
                name="membership_once_at_a_time",
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"


class OfferedMembership(Place):
    """What an open invitation grants when it is accepted."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="offers")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offered_membership_one_place", condition=_one_place_with_its_role()
            ),
            models.UniqueConstraint(
                fields=["invitation", "role", "city", "organisation", "programme"],
                name="offered_membership_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation} – {self.get_role_display()}"
