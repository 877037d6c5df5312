from celery import shared_task


@shared_task
def ask_about_plans() -> None:
    """At least once: each follow-up is asked about when its day has come, and once more."""
    from cities.twinning.plans import sweeping

    sweeping.ask_what_is_due()


@shared_task
def compute_run(run_id: int) -> None:
    """At least once: a run that is claimed, or settled, is left alone."""
    from cities.twinning.runs import computing

    computing.run(run_id)


@shared_task
def sweep_runs() -> None:
    """At least once: runs whose wake-up was lost, or whose worker died."""
    from cities.twinning.runs import leases

    for run_id in leases.due():
        compute_run.delay(run_id)


@shared_task
def ask_how_it_goes() -> None:
    """At least once: both sides of a running group at set times, and once more."""
    from cities.twinning.workspace import sweeping

    sweeping.ask_what_is_due()
