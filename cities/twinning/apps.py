from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TwinningConfig(AppConfig):
    name = "cities.twinning"
    label = "twinning"
    verbose_name = _("Twinning")

    def ready(self) -> None:
        from cities.atlas import register_arcs
        from cities.twinning import documents, panels, reference
        from cities.twinning.keys import group_keys
        from cities.twinning.models import TwinGroup
        from cities.twinning.plans import registering as plans
        from cities.twinning.workspace import registering as workspace
        from hub import access, following, search
        from hub import panels as places
        from hub import reference as facts

        access.register("groups", group_keys)
        plans.register()
        workspace.register()
        register_arcs(panels.arcs)
        following.register_model("group", TwinGroup, label=_("Twin group"))
        search.register("group", label=_("Twin groups"), icon="twin", rebuild=documents.put_groups)
        facts.register("twinning", load=reference.load, order=20)
        self._name_calls()
        self._name_capabilities()
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

    def _name_capabilities(self) -> None:
        from cities.permissions import can_coordinate
        from cities.twinning.reviews.permissions import can_review
        from cities.twinning.runs.permissions import can_answer
        from hub import capabilities

        add = capabilities.register
        label = _("Open calls, match cities and bring twin groups together")
        add("programme.calls", at="programme", label=label, may=can_coordinate)
        label = _("Review the applications that are assigned to one")
        add("programme.reviews", at="programme", label=label, may=can_review)
        label = _("Say yes or no to the city's matches")
        add("city.matches", at="city", label=label, may=can_answer)

    def _name_calls(self) -> None:
        from cities.twinning import samples as own_samples
        from cities.twinning.calls import documents, panels
        from cities.twinning.cohorts import panels as cohorts
        from cities.twinning.decisions import letters
        from cities.twinning.models import Call
        from hub import events, following, samples, search

        following.register_model("call", Call, label=_("Call"))
        search.register("call", label=_("Calls"), icon="flag", rebuild=documents.put_calls)
        panels.register()
        cohorts.register()
        letters.register()
        samples.register("twinning", load=own_samples.load, remove=own_samples.remove, order=55)
        add = events.register
        add("call.published", _("{actor} opens a call: {title}"))
        add("call.extended", _("A call stays open longer: {title}"))
        add("application.submitted", _("{actor} sent in the application of {title}"))
        add("application.answered", _("{actor} sent in more of the application of {title}"))
        add("application.taken-back", _("{actor} took back the application of {title}"))
        add("application.withdrawn", _("{actor} withdrew the application of {title}"))
        add("application.screened-pass", _("The application passed the screening: {title}"))
        add("application.screened-more", _("More is asked of the application: {title}"))
        add("application.screened-fail", _("The application is not eligible: {title}"))
        add("match.proposed", _("Your city is asked about its matching: {title}"))
        add("match.taken-back", _("The matching was taken back: {title}"))
        add("match.answered-for", _("{actor} wrote down what your city said: {title}"))
        add("match.accepted", _("{actor} accepted a match: {title}"))
        add("group.formed", _("{actor} brings together a twin group: {title}"))
        add("match.declined", _("{actor} declined a match: {title}"))
        add("application.review-asked", _("{actor} asks you to review applications: {title}"))
        add("application.conflict", _("{actor} declared a conflict of interest: {title}"))
