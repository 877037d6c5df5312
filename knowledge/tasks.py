from celery import shared_task


@shared_task
def translate_by_machine(job_id: int) -> None:
    """At least once: a job that is claimed, or settled, is left alone."""
    from knowledge.translation import jobs

    jobs.run(job_id)


@shared_task
def sweep_translations() -> None:
    """At least once: texts whose wake-up was lost, or whose pause is over."""
    from knowledge.translation import jobs

    for job_id in jobs.due():
        translate_by_machine.delay(job_id)
