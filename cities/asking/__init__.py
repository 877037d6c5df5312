"""Asking a person through the hub: a mail is sent on, and neither sees the other's address."""


def register() -> None:
    """What the platform must know of it; called when the apps are ready."""
    from django.utils.translation import gettext_lazy as _

    from cities.asking import letters, reporting
    from hub import events

    letters.register()
    reporting.register()
    events.register("inquiry.asked", _("{actor} asks you something"))
    events.register("inquiry.answered", _("{actor} answered your question"))
