"""Facts that rooms push down; hub makes home, inbox, feeds and mails of them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.following import register_subject
from hub.models import Event, Notification, User

__all__ = ["record", "register", "register_subject", "retarget", "sentence", "verbs"]

#: verb → sentence with {actor} and {title}, lazily translated.
_sentences: dict[str, Any] = {}


def register(verb: str, sentence: Any) -> None:
    """Name a verb: `register("lab.published", _("{actor} published the Lab {title}"))`."""
    _sentences[verb] = sentence


def sentence(event: Event) -> str:
    """The event as one line in the language that is active."""
    # A verb that no room knows any more still has its title.
    pattern = str(_sentences.get(event.verb, "{title}"))
    return pattern.format(actor=event.actor or "", title=event.title).strip()


def verbs() -> list[str]:
    return sorted(_sentences)


def record(
    *,
    verb: str,
    by: User | None,
    title: str,
    url: str,
    audience: Iterable[str],
    subjects: Iterable[str],
    text: str = "",
    direct: Iterable[User | int] = (),
    has_own_mail: bool = False,
) -> Event:
    """Write down that something happened; followers and `direct` hear of it after commit.

    `audience` and `subjects` are access keys and subject keys (hub.access,
    hub.models.Event). The fan-out runs in a worker; a lost wake-up is swept.
    `has_own_mail`: the room sends those in `direct` a mail of its own, so that here they get
    the line in their inbox only.
    """
    if verb not in _sentences:
        raise LookupError(
            f"The verb {verb!r} has no sentence; register it in the room's AppConfig."
        )
    people = sorted({p.pk if isinstance(p, User) else p for p in direct} - {by.pk if by else None})
    event = Event.objects.create(
        verb=verb,
        actor=by,
        title=title[:250],
        text=text,
        url=url,
        audience=sorted(set(audience)),
        subjects=sorted(set(subjects)),
        direct=people,
        fanned_out_at=timezone.now() if has_own_mail else None,
    )
    if has_own_mail:
        lines = [Notification(user_id=pk, event=event, is_direct=True) for pk in people]
        Notification.objects.bulk_create(lines)
        return event
    transaction.on_commit(lambda: _wake(event.pk), robust=True)
    return event


def retarget(*, subject: str, audience: Iterable[str]) -> None:
    """A thing changed who may see it: its earlier events follow."""
    Event.objects.about(subject).update(audience=sorted(set(audience)))


def _wake(event_id: int) -> None:
    from hub.tasks import fan_out_event

    fan_out_event.delay(event_id)
