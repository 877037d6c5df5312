from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from django.core import checks

        from hub import capabilities, events, following, samples, search
        from knowledge import news, panels, reporting
        from knowledge import samples as own_samples
        from knowledge.actions.reach import reindex
        from knowledge.evidence import panels as evidence
        from knowledge.models import Article
        from knowledge.permissions import can_write_for
        from knowledge.translation import checks as own_checks
        from knowledge.upkeep import letters

        for verb, sentence in news.SENTENCES.items():
            events.register(verb, sentence)
        following.register_model("article", Article, label=_("Article"))
        search.register(
            "article", label=_("Experiences and case notes"), icon="knowledge", rebuild=reindex
        )
        checks.register(own_checks.translation_service)
        label = _("Write experiences and case notes for the city")
        capabilities.register("city.write", at="city", label=label, may=can_write_for)
        panels.register()
        letters.register()
        evidence.register()
        reporting.register()
        samples.register("knowledge", load=own_samples.load, remove=own_samples.remove, order=80)
