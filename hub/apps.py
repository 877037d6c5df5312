from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = _("Platform")

    def ready(self) -> None:
        from hub import letters
        from hub.delivery import notes

        letters.register()
        notes.register()
