import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user: "Reader") -> "StoredFileQuerySet":
        return self.filter(audience__overlap=list(access.keys_of(user)))


class StoredFile(models.Model):
    """A file as private as the thing it belongs to: the owner's room keeps `audience`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(upload_to="%Y/%m/")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    #: Pixels; null for what is no image.
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    audience = ArrayField(models.CharField(max_length=60), default=list)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="files")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["StoredFile"]] = StoredFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("file", args=[self.pk])
