from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabsConfig(AppConfig):
    name = "labs"
    verbose_name = _("Learning Labs")

    def ready(self) -> None:
        from cities.twinning.cohorts import meetings
        from hub import capabilities, delivery, events, following, samples, search
        from labs import cohorts, follow_up_letters, letters, panels, permissions, reporting
        from labs import samples as own_samples
        from labs.models import Lab

        search.register("lab", label=_("Learning Labs"), icon="lab")
        events.register("lab.published", _("{actor} invites to the Lab {title}"))
        events.register("lab.moved", _("{actor} moved the Lab {title} to a new time"))
        events.register("lab.cancelled", _("{actor} cancelled the Lab {title}"))
        events.register("lab.held", _("The Lab {title} has been held"))
        events.register("lab.minutes", _("The minutes of the Lab {title} are published"))
        events.register("lab.minutes-added", _("{actor} added to the minutes of the Lab {title}"))
        meetings.register(cohorts.meetings_of)
        self._add_exchanges()
        events.register("follow-up.done", _("{actor} says this is done: {title}"))
        events.register("follow-up.dropped", _("{actor} dropped the follow-up: {title}"))
        events.register("follow-up.open", _("{actor} opened the follow-up again: {title}"))
        following.register_model("lab", Lab, label=_("Learning Lab"))
        label = _("See the terms and their knowledge areas")
        may = permissions.can_see_terms
        capabilities.register("programme.terms", at="programme", label=label, may=may)
        label = _("Schedule and conduct Learning Labs")
        may = permissions.can_coordinate_programme
        capabilities.register("programme.labs", at="programme", label=label, may=may)
        letters.register()
        follow_up_letters.register()
        delivery.register_checker("lab", permissions.can_decide_messages)
        delivery.register_checker("follow-up", permissions.can_decide_follow_up_messages)
        panels.register()
        reporting.register()
        samples.register("labs", load=own_samples.load, remove=own_samples.remove, order=60)
        self._add_polls_and_feedback()

    def _add_exchanges(self) -> None:
        from hub import events, search

        search.register("exchange", label=_("Exchanges"), icon="twin")
        events.register("exchange.published", _("{actor} invites the twin group to {title}"))
        events.register("exchange.moved", _("{actor} moved {title} to a new time"))
        events.register("exchange.cancelled", _("{actor} cancelled {title}"))
        events.register("exchange.held", _("{title} has been held"))
        events.register("exchange.minutes", _("The minutes of {title} are published"))
        events.register("exchange.minutes-added", _("{actor} added to the minutes of {title}"))

    def _add_polls_and_feedback(self) -> None:
        from hub import delivery, events, samples
        from labs import feedback
        from labs.polls import letters, panels, permissions
        from labs.polls import samples as own_samples

        events.register("poll.opened", _("{actor} looks for a date: {title}"))
        events.register("poll.extended", _("{actor} added dates or time to the poll {title}"))
        events.register("poll.decided", _("{actor} chose the date for {title}"))
        events.register("poll.cancelled", _("{actor} cancelled the poll {title}"))
        feedback.register()
        letters.register()
        panels.register()
        delivery.register_checker("poll", permissions.can_decide_messages)
        samples.register("polls", load=own_samples.load, remove=own_samples.remove, order=62)
