"""Wake-ups: each calls one action and is safe to run twice or never.

The broker may lose, double or delay any of them: beat asks again every 30 seconds, and
what is owed stands in PostgreSQL.
"""

from celery import shared_task


@shared_task
def note_tick() -> None:
    """At least once: beat and a worker are alive."""
    from hub.delivery import health

    health.note_tick()


@shared_task
def fan_out_event(event_id: int) -> None:
    """At least once."""
    from hub import fanout

    fanout.fan_out(event_id)


@shared_task
def sweep_events() -> None:
    """At least once."""
    from hub import fanout

    fanout.sweep()


@shared_task
def sweep_deliveries() -> None:
    """At least once; a mail whose line broke after it was handed over, at most once."""
    from hub.delivery.sweep import sweep

    sweep(wake=sweep_deliveries.delay)


@shared_task
def learn_search_words() -> None:
    """At least once: the words that a mistyped search may have meant."""
    from hub import search

    while search.learn():
        pass


@shared_task
def tidy() -> None:
    """At least once: what the hub forgets by itself."""
    from hub.actions import tidying

    tidying.forget_submissions()
    tidying.forget_sealed_letters()
