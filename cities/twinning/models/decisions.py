"""Decisions on applications, and the letters that tell of them."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.twinning.enums import Outcome
from cities.twinning.models.applications import Application
from cities.twinning.models.calls import Call
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: "Reader") -> Self:
        """Who coordinates the programme; the city's people once they were told."""
        told = Q(told_at__isnull=False, application__city_id__in=access.ids_of(user, "city"))
        if access.holds(user, access.ADMIN):
            return self.all()
        mine = access.ids_of(user, "programme", "coordinator")
        return self.filter(told | Q(application__call__programme_id__in=mine))


class Decision(models.Model):
    """What the programme decided of one application; fixed once the city was told."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="decision")
    outcome = models.CharField(_("decision"), max_length=8, choices=Outcome)
    #: Stands in this city's letter only.
    note = models.CharField(_("words to this city"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(auto_now=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Decision"]] = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on an application")
        constraints = [
            models.CheckConstraint(
                name="decision_told_at_with_by",
                condition=Q(told_at__isnull=True, told_by__isnull=True)
                | Q(told_at__isnull=False, told_by__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_outcome_known", condition=Q(outcome__in=Outcome.values)
            ),
        ]


class DecisionLetter(models.Model):
    """The words of one outcome's letter; {city}, {call} and {note} are filled in for each."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="letters")
    outcome = models.CharField(max_length=8, choices=Outcome)
    subject = models.CharField(_("subject"), max_length=160)
    body = models.TextField(_("letter"), max_length=5000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "outcome"], name="letter_once_an_outcome"),
        ]
