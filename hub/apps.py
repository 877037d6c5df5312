from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = _("Platform")

    def ready(self) -> None:
        from hub import following, letters, panels
        from hub.delivery import notes

        letters.register()
        notes.register()
        for place in ("city", "programme", "group"):
            panels.register(
                place,
                "follow",
                template="hub/_follow_panel.html",
                source=following.panel,
                slot="margin",
                order=90,
            )
