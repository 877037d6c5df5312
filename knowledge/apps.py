from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from django.core import checks

        from hub import events, following, samples, search
        from knowledge import panels, reporting
        from knowledge import samples as own_samples
        from knowledge.actions.reach import reindex
        from knowledge.evidence import panels as evidence
        from knowledge.models import Article
        from knowledge.translation import checks as own_checks
        from knowledge.upkeep import letters

        events.register("article.published", _("{actor} published “{title}”"))
        events.register("article.revised", _("{actor} changed “{title}”"))
        events.register("article.renewed", _("{actor} published a new version of “{title}”"))
        events.register("article.archived", _("{actor} archived “{title}”"))
        events.register("article.returned", _("{actor} brought “{title}” back"))
        events.register("article.commented", _("{actor} commented on “{title}”"))
        events.register("article.answered", _("{actor} answered a comment on “{title}”"))
        events.register("reuse.declared", _("{actor} told that a city takes up “{title}”"))
        events.register("reuse.changed", _("{actor} told how it goes with “{title}”"))
        events.register("reuse.answered", _("{actor} answered that a city takes up “{title}”"))
        events.register("review.sent", _("{actor} sent in “{title}” for review"))
        events.register("review.remarked", _("{actor} remarked on “{title}”, which is in review"))
        events.register("review.sent-back", _("{actor} sent back “{title}”"))
        events.register("review.withdrawn", _("{actor} took “{title}” back from review"))
        events.register("article.noted", _("{actor} wrote a note on a passage of “{title}”"))
        events.register("article.note-resolved", _("{actor} resolved a note on “{title}”"))
        events.register("article.note-reopened", _("{actor} took up a note on “{title}” again"))
        events.register("article.doubted", _("{actor} marked “{title}” as possibly out of date"))
        events.register("article.figure-reported", _("{actor} knows a newer figure for “{title}”"))
        events.register("article.figure-taken", _("{actor} takes your figure into “{title}”"))
        events.register("article.figure-declined", _("{actor} declined your figure for “{title}”"))
        events.register("article.handed-over", _("{actor} answers for “{title}” from now on"))
        events.register("article.handover-declined", _("{actor} declined to answer for “{title}”"))
        events.register("translation.published", _("{actor} published a translation: “{title}”"))
        events.register(
            "translation.outdated",
            _("{actor} changed the original of “{title}”: the translation is outdated"),
        )
        events.register("translation.made", _("The machine has translated “{title}”"))
        events.register("translation.failed", _("The machine could not translate “{title}”"))
        events.register("need.answered", _("{actor} answered: “{title}”"))
        events.register("need.judged", _("{actor} looked at an answer to “{title}”"))
        events.register(
            "plan.evidence-changed", _("{title}: a text your plan builds on has changed")
        )
        events.register(
            "plan.evidence-outdated", _("{title}: a text your plan builds on may be out of date")
        )
        events.register(
            "plan.evidence-stopped",
            _("{title}: a city has stopped using a text that your plan builds on"),
        )
        events.register(
            "plan.evidence-gone", _("{title}: a text your plan builds on is no longer there")
        )
        following.register_model("article", Article, label=_("Article"))
        search.register(
            "article", label=_("Experiences and case notes"), icon="knowledge", rebuild=reindex
        )
        checks.register(own_checks.translation_service)
        panels.register()
        letters.register()
        evidence.register()
        reporting.register()
        samples.register("knowledge", load=own_samples.load, remove=own_samples.remove, order=80)
