"""Wake-ups: each calls one action and is safe to run twice or never."""

from celery import shared_task


@shared_task
def fan_out_event(event_id: int) -> None:
    """At least once."""


@shared_task
def sweep_events() -> None:
    """At least once."""


@shared_task
def sweep_deliveries() -> None:
    """At least once."""
