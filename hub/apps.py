from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = _("Platform")

    def ready(self) -> None:
        from hub import events, following, letters, panels
        from hub.delivery import digests, notes
        from hub.moderation import panels as reports

        letters.register()
        notes.register()
        digests.register()
        reports.register()
        events.register("report.made", _("Reported: “{title}”"))
        events.register("report.decided", _("{actor} has decided on your report of “{title}”"))
        events.register("report.upheld", _("{actor} has taken down “{title}”"))
        events.register("report.appealed", _("{actor} appeals: “{title}” should stand"))
        events.register("report.appeal-decided", _("{actor} has decided on the appeal: “{title}”"))
        for place in ("city", "programme", "group"):
            panels.register(
                place,
                "follow",
                template="hub/_follow_panel.html",
                source=following.panel,
                slot="margin",
                order=90,
            )
