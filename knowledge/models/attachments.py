from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from hub.models import StoredFile
from knowledge.models.articles import Article
from knowledge.models.drafts import WorkingDraft
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: "Reader") -> Self:
        """As the file itself: of a draft its author's alone, of an article its readers'."""
        return self.filter(file__in=StoredFile.objects.visible_to(user))

    def with_openness(self) -> Any:
        """`is_open` where a version of its article that was published shows it."""
        published = (
            Revision.objects.published()
            .filter(article=OuterRef("article"))
            .annotate(written=Cast("fields", models.TextField()))
            .filter(written__contains=Cast(OuterRef("file_id"), models.TextField()))
        )
        return self.annotate(is_open=Exists(published))

    def in_published(self) -> Self:
        found: Self = self.with_openness().filter(is_open=True)
        return found


class Attachment(models.Model):
    """A picture of an article, or of the draft it is being written in."""

    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="attachment")
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    draft = models.ForeignKey(
        WorkingDraft, models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    alt = models.CharField(_("what the picture shows"), max_length=250)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Attachment"]] = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="attachment_has_words", condition=~Q(alt="")),
        ]

    def __str__(self) -> str:
        return self.alt
