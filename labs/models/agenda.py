from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab

if TYPE_CHECKING:
    from hub.access import Reader
    from labs.models.materials import Material


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: "Reader") -> "AgendaItemQuerySet":
        return self.filter(lab__in=Lab.objects.visible_to(user))


class AgendaItem(models.Model):
    """One point of a Lab; its hour follows from the start and the items before it."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("point"), max_length=160)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    presenter = models.CharField(_("led by"), max_length=160, blank=True)
    notes = models.TextField(_("notes"), max_length=1000, blank=True)

    #: Set by the Lab's page: the links and files that its reader may see.
    materials_shown: "list[Material]"

    objects: ClassVar[models.Manager["AgendaItem"]] = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "position"], name="agenda_item_one_per_position"
            ),
            models.CheckConstraint(
                name="agenda_item_has_length", condition=Q(minutes__gte=1, minutes__lte=1440)
            ),
            models.CheckConstraint(name="agenda_item_has_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title
