from celery import shared_task


@shared_task
def pass_on_offers() -> None:
    """At least once: free seats whose offer has run out go to the next in line."""
    from labs.actions import offering

    offering.pass_on_what_ran_out()


@shared_task
def forget_answers() -> None:
    """At least once: what people answered when they registered, long after the Lab."""
    from labs.actions import forgetting

    forgetting.forget_answers()
    forgetting.forget_replies()


@shared_task
def fetch_replies() -> None:
    """At least once: a message that comes twice acts once."""
    from labs import mailbox

    mailbox.fetch()
