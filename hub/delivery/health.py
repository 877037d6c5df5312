"""What /readyz and the operator want to know about the deliveries."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, Min, Q
from django.db.models.functions import Coalesce, Now

from hub.enums import DeliveryState
from hub.models import Delivery, Tick

BEAT = "beat"


def oldest_overdue() -> timedelta:
    """How long the oldest row that should have been tried has been waiting; zero if none is."""
    overdue = Q(state=DeliveryState.PENDING, try_at__lte=Now()) | Q(
        state=DeliveryState.SENDING, leased_until__lte=Now()
    )
    age = ExpressionWrapper(
        Now() - Min(Coalesce("leased_until", "try_at")), output_field=DurationField()
    )
    found: timedelta | None = Delivery.objects.filter(overdue).aggregate(age=age)["age"]
    return found or timedelta()


def last_tick() -> datetime | None:
    """When beat last reached a worker; None if it never has."""
    return Tick.objects.filter(pk=BEAT).values_list("at", flat=True).first()


def note_tick() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hub_tick (name, at) VALUES (%s, statement_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [BEAT],
        )
