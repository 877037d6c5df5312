from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hub.models import StoredFile
from labs.models.agenda import AgendaItem
from labs.models.labs import Lab, conducted_by
from labs.models.registrations import Registration

if TYPE_CHECKING:
    from hub.access import Reader


class MaterialQuerySet(models.QuerySet["Material"]):
    def visible_to(self, user: "Reader") -> "MaterialQuerySet":
        """Whoever sees the Lab; some only those who have a seat, and who conduct it."""
        seat = Registration.objects.seated().filter(lab=OuterRef("lab"), user=user.pk)
        return self.filter(
            Q(for_registered=False) | conducted_by(user, "lab__") | Exists(seat),
            lab__in=Lab.objects.visible_to(user),
        )

    def shown(self) -> "MaterialQuerySet":
        """In the order in which they were added, with what their lines say."""
        return self.select_related("file", "lab").order_by("pk")


class Material(models.Model):
    """A link or a file for a Lab, or for one point of its agenda."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="materials")
    #: Null: for the whole Lab; also when the point has been taken off the agenda.
    item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="materials"
    )
    title = models.CharField(_("title"), max_length=160)
    link = models.URLField(_("link"), max_length=500, blank=True)
    #: Its own audience is empty: only `labs.views.materials` sends it, by `visible_to`.
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    for_registered = models.BooleanField(_("only for those who have a seat"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Material"]] = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        constraints = [
            models.CheckConstraint(name="material_has_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="material_is_link_or_file",
                condition=Q(file__isnull=False, link="") | (Q(file__isnull=True) & ~Q(link="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.link or reverse("lab-material-file", args=[self.lab.slug, self.pk])

    @property
    def kind(self) -> str:
        """As "PDF", or the site that a link leads to."""
        if self.file is None:
            return urlsplit(self.link).hostname or ""
        return self.file.name.rpartition(".")[2].upper()
