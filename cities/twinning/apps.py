from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TwinningConfig(AppConfig):
    name = "cities.twinning"
    label = "twinning"
    verbose_name = _("Twinning")

    def ready(self) -> None:
        from cities.atlas import register_arcs
        from cities.twinning import documents, panels, reference, samples
        from cities.twinning.keys import group_keys
        from cities.twinning.models import TwinGroup
        from cities.twinning.plans import registering as plans
        from cities.twinning.workspace import registering as workspace
        from hub import access, following, search
        from hub import panels as places
        from hub import reference as facts
        from hub import samples as sample_hub

        access.register("groups", group_keys)
        sample_hub.register("twinning", load=samples.load, remove=samples.remove, order=20)
        plans.register()
        workspace.register()
        register_arcs(panels.arcs)
        following.register_model("group", TwinGroup, label=_("Twin group"))
        search.register("group", label=_("Twin groups"), icon="twin", rebuild=documents.put_groups)
        facts.register("twinning", load=reference.load, order=20)
        # None once this process knows the atlas; the rest is read after a change.
        places.register(
            "home",
            "pairs",
            template="twinning/_home_pairs.html",
            source=panels.home_pairs,
            order=11,
            queries=13,
        )
        places.register(
            "city",
            "groups",
            template="twinning/_city_groups.html",
            source=panels.city_groups,
            order=20,
            queries=2,
        )
        places.register(
            "programme",
            "groups",
            template="twinning/_programme_groups.html",
            source=panels.programme_groups,
            order=30,
            queries=2,
        )
