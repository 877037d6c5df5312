"""What people say about themselves, and by what they can be reached past the hub."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.enums import Circle, Way
from cities.models.memberships import Membership
from cities.models.taxonomy import Domain, Lever
from hub.models import StoredFile, seen_by

if TYPE_CHECKING:
    from hub.access import Reader


class ProfileQuerySet(models.QuerySet["Profile"]):
    def visible_to(self, user: "Reader") -> Self:
        """As the person: what they say here is said to all who may know of them."""
        return self.filter(seen_by(user, "user__"))


class Profile(models.Model):
    """What a person says about themselves, written by nobody else."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile")
    title = models.CharField(_("what you do"), max_length=120, blank=True)
    about = models.TextField(_("about you"), max_length=1000, blank=True)
    expertise = models.CharField(_("what you know well"), max_length=300, blank=True)
    seeks = models.CharField(_("what you want to learn"), max_length=300, blank=True)
    offers = models.CharField(_("what you can help with"), max_length=300, blank=True)
    languages = ArrayField(
        models.CharField(max_length=8), verbose_name=_("languages you work in"), default=list
    )
    domains = models.ManyToManyField(
        Domain, verbose_name=_("emission domains"), blank=True, related_name="+"
    )
    levers = models.ManyToManyField(
        Lever, verbose_name=_("levers of change"), blank=True, related_name="+"
    )
    picture = models.OneToOneField(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    takes_questions = models.BooleanField(_("others may ask me through the hub"), default=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["Profile"]] = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.title}"


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: "Reader") -> Self:
        """Each by its circle, and never by more people than may know of the person."""
        opened = Q(circle=Circle.PUBLIC)
        if not user.is_authenticated:
            return self.filter(opened, seen_by(user, "user__"))
        near = Membership.objects.shared_with(user).values("user")
        together = Membership.objects.in_programmes_of(user).values("user")
        opened |= Q(circle=Circle.SIGNED_IN)
        opened |= Q(circle__in=[Circle.PLACES, Circle.PROGRAMMES], user__in=near)
        opened |= Q(circle=Circle.PROGRAMMES, user__in=together)
        return self.filter(Q(user=user.pk) | Q(opened & seen_by(user, "user__")))


class Contact(models.Model):
    """One way to reach a person past the hub; in no list, no search and no mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contacts")
    way = models.CharField(max_length=8, choices=Way)
    value = models.CharField(max_length=254)
    circle = models.CharField(max_length=10, choices=Circle, default=Circle.NOBODY)

    objects: ClassVar[models.Manager["Contact"]] = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("way to reach somebody")
        verbose_name_plural = _("ways to reach somebody")
        constraints = [
            models.UniqueConstraint(fields=["user", "way"], name="contact_once_each_way"),
            models.CheckConstraint(name="contact_says_something", condition=~Q(value="")),
            models.CheckConstraint(name="contact_way_known", condition=Q(way__in=Way.values)),
            models.CheckConstraint(
                name="contact_circle_known", condition=Q(circle__in=Circle.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.way}"

    @property
    def href(self) -> str:
        """Where the browser goes; the number as telephones take it."""
        if self.way == Way.PHONE:
            return "tel:" + "".join(c for c in self.value if c.isdigit() or c == "+")
        return f"mailto:{self.value}" if self.way == Way.EMAIL else self.value
