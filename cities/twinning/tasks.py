from celery import shared_task


@shared_task
def ask_about_plans() -> None:
    """At least once: each follow-up is asked about when its day has come, and once more."""
    from cities.twinning.plans import sweeping

    sweeping.ask_what_is_due()


@shared_task
def ask_how_it_goes() -> None:
    """At least once: both sides of a running group at set times, and once more."""
    from cities.twinning.workspace import sweeping

    sweeping.ask_what_is_due()
