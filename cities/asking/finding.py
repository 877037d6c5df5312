"""Inquiries of one person with what their lines show, in few queries."""

from django.db.models import OuterRef, QuerySet, Subquery

from cities.models import Inquiry, InquiryMessage
from hub.models import User


def with_newest(user: User) -> QuerySet[Inquiry]:
    """One's own, the one that moved last first, each with its newest words (`newest`)."""
    said = InquiryMessage.objects.visible_to(user).filter(inquiry=OuterRef("pk"))
    newest = said.order_by("-sent_at", "-pk").values("text")[:1]
    return (
        Inquiry.objects.visible_to(user)
        .with_people()
        .annotate(newest=Subquery(newest))
        .order_by("-moved_at", "-pk")
    )


def messages_of(inquiry: Inquiry, user: User) -> list[tuple[InquiryMessage, User, bool]]:
    """Each message this person sees, with who wrote it and whether they did."""
    seen = InquiryMessage.objects.visible_to(user).filter(inquiry=inquiry)
    rows = []
    for message in seen.order_by("sent_at", "pk"):
        message.inquiry = inquiry
        rows.append((message, message.author, message.author.pk == user.pk))
    return rows
