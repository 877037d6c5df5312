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
