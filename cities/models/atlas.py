import uuid

from django.db import models


class AtlasVersion(models.Model):
    """One row that changes when the map or the filters would: triggers write it.

    Whatever is drawn from cities, programmes and twin groups is kept per
    version, so that a page learns with one small query whether it is fresh.
    """

    version = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.version)
