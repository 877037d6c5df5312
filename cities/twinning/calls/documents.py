"""What search knows of calls."""

from cities.documents import OWN_LANGUAGES
from cities.twinning.models import Call
from hub import access, search


def put_call(call: Call) -> None:
    """Index a published call, in the transaction that changed it."""
    if not call.is_published or call.published_at is None:
        return
    search.put(
        key=call.subject,
        kind="call",
        title=call.title,
        text=f"{call.programme.name}\n{call.guidelines}",
        url=call.get_absolute_url(),
        language="",
        also_in=OWN_LANGUAGES,
        audience=[access.PUBLIC],
        dated_at=call.published_at,
        facets=[call.subject, call.programme.subject],
    )


def put_calls() -> None:
    for call in Call.objects.exclude(published_at=None).select_related("programme").iterator():
        put_call(call)
