from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from knowledge.anchoring import Place
from knowledge.models.comments import Comment
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(comment__in=Comment.objects.visible_to(user).filter(removed_at=None))


class Passage(models.Model):
    """What makes a comment a note: the words of the text that it is about, and where they stand.

    The comment keeps the quote as it was made; here stands how the passage reads now.
    """

    comment = models.OneToOneField(
        Comment, models.CASCADE, primary_key=True, related_name="passage"
    )
    #: Newest version that has it; older than the live one where it is detached.
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    is_detached = models.BooleanField(default=False)
    section = models.CharField(max_length=30)
    #: Where it begins among the section's words (knowledge.passages) in that version.
    start = models.PositiveIntegerField()
    exact = models.TextField()
    prefix = models.CharField(max_length=120, blank=True)
    suffix = models.CharField(max_length=120, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Passage"]] = PassageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="passage_has_words", condition=~Q(exact="") & ~Q(section="")
            ),
            models.CheckConstraint(
                name="passage_resolved_at_with_by",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.exact

    @property
    def place(self) -> Place:
        return Place(self.start, self.start + len(self.exact))

    def stand(self, revision: Revision, text: str, place: Place) -> None:
        """Now here, in this text of this version."""
        self.revision, self.start, self.is_detached = revision, place.start, False
        self.exact = text[place.start : place.end]
        self.prefix = text[max(0, place.start - 100) : place.start]
        self.suffix = text[place.end : place.end + 100]
