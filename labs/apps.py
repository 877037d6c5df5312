from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabsConfig(AppConfig):
    name = "labs"
    verbose_name = _("Learning Labs")

    def ready(self) -> None:
        from hub import delivery, events, following, samples, search
        from labs import letters, panels, permissions
        from labs import samples as own_samples
        from labs.models import Lab

        search.register("lab", label=_("Learning Labs"), icon="lab")
        events.register("lab.published", _("{actor} invites to the Lab {title}"))
        events.register("lab.moved", _("{actor} moved the Lab {title} to a new time"))
        events.register("lab.cancelled", _("{actor} cancelled the Lab {title}"))
        events.register("lab.held", _("The Lab {title} has been held"))
        following.register_model("lab", Lab, label=_("Learning Lab"))
        letters.register()
        delivery.register_checker("lab", permissions.can_decide_messages)
        panels.register()
        samples.register("labs", load=own_samples.load, remove=own_samples.remove, order=60)
        self._add_polls()

    def _add_polls(self) -> None:
        from hub import delivery, events, samples
        from labs.polls import letters, panels, permissions
        from labs.polls import samples as own_samples

        events.register("poll.opened", _("{actor} looks for a date: {title}"))
        events.register("poll.extended", _("{actor} added dates or time to the poll {title}"))
        events.register("poll.decided", _("{actor} chose the date for {title}"))
        events.register("poll.cancelled", _("{actor} cancelled the poll {title}"))
        letters.register()
        panels.register()
        delivery.register_checker("poll", permissions.can_decide_messages)
        samples.register("polls", load=own_samples.load, remove=own_samples.remove, order=62)
