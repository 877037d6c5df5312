from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TwinningConfig(AppConfig):
    name = "cities.twinning"
    label = "twinning"
    verbose_name = _("Twinning")

    def ready(self) -> None:
        from cities.twinning.keys import group_keys
        from hub import access

        access.register("groups", group_keys)
