from celery import shared_task


@shared_task
def keep_texts_true() -> None:
    """At least once: owners are asked in time, and flags go up and come down."""
    from knowledge.upkeep import asking, sweeping

    asking.ask_what_is_due()
    sweeping.sweep()


@shared_task
def watch_cited_texts() -> None:
    """At least once: each change of a text that a plan builds on is told once."""
    from knowledge.evidence import sweeping

    sweeping.sweep()


@shared_task
def check_links() -> None:
    """At least once: a link visited twice is judged twice, and its failures count by days."""
    from django.conf import settings

    from knowledge.upkeep import links

    links.list_links()
    if settings.CHECK_LINKS:
        links.visit_what_is_due()


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
