from celery import shared_task


@shared_task
def ask_about_plans() -> None:
    """At least once: each follow-up is asked about when its day has come, and once more."""
    from cities.twinning.plans import sweeping

    sweeping.ask_what_is_due()
