from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    name = "cities"
    verbose_name = _("Cities")

    def ready(self) -> None:
        from cities import asking, reference, reporting, samples
        from hub import reference as facts
        from hub import samples as sample_hub

        facts.register("cities", load=reference.load, order=10)
        sample_hub.register("cities", load=samples.load, remove=samples.remove, order=10)
        self._name_memberships()
        self._name_what_is_told_and_found()
        self._add_panels()
        reporting.register()
        asking.register()
        self._name_capabilities()

    def _name_capabilities(self) -> None:
        from cities import permissions
        from cities.needs.permissions import can_state
        from cities.people.permissions import can_keep_people, is_member
        from hub import capabilities

        add = capabilities.register
        label = _("State what the city seeks and offers")
        add("city.state", at="city", label=label, may=can_state)
        label = _("Edit the city's profile")
        add("city.edit", at="city", label=label, may=permissions.can_edit_city)
        label = _("Add cities to the programme, and end their time in it")
        add("programme.cities", at="programme", label=label, may=permissions.can_coordinate)
        for kind in ("city", "organisation", "programme"):
            add(f"{kind}.members", at=kind, label=_("See who is a member"), may=is_member)
            label = _("Invite people, change and end their roles")
            add(f"{kind}.people", at=kind, label=label, may=can_keep_people)

    def _name_memberships(self) -> None:
        from cities.keys import membership_keys
        from cities.people import actions
        from cities.profiles import documents
        from hub import access, events, invitations, people

        access.register("cities", membership_keys)
        invitations.register(
            "cities", on_accept=actions.grant_offers, in_words=actions.offers_in_words
        )

        people.register("cities", documents.put_person)
        events.register("membership.started", _("{actor} joined: {title}"))
        events.register("membership.ended", _("{actor} ended a membership: {title}"))

    def _name_what_is_told_and_found(self) -> None:
        from cities import documents, models
        from cities.profiles import documents as people
        from hub import events, following, search

        events.register("city.changed", _("{actor} changed the profile of {title}"))
        events.register("wish.sought", _("{actor} stated what {title} seeks"))
        events.register("wish.offered", _("{actor} stated what {title} offers"))
        events.register("wish.asked", _("{actor} asks on behalf of {title}"))
        events.register("city.joined", _("{title}: a city joined the programme"))
        events.register("city.left", _("{title}: a city's time in the programme got an end"))

        following.register_model("city", models.City, label=_("City"))
        following.register_model("organisation", models.Organisation, label=_("Organisation"))
        following.register_model("programme", models.Programme, label=_("Programme"))

        search.facet("city", label=_("City"), names=documents.names_of_cities)
        search.facet("domain", label=_("Emission domain"), names=documents.names_of_domains)
        search.register("city", label=_("Cities"), icon="city", rebuild=documents.put_cities)
        search.register(
            "need", label=_("Seeks and offers"), icon="search", rebuild=documents.put_wishes
        )
        search.register(
            "organisation",
            label=_("Organisations"),
            icon="people",
            rebuild=documents.put_organisations,
        )
        search.register("person", label=_("People"), icon="people", rebuild=people.put_people)
        search.register(
            "programme", label=_("Programmes"), icon="flag", rebuild=documents.put_programmes
        )

    def _add_panels(self) -> None:
        from cities import panels
        from cities.needs import panels as needs
        from cities.people import panels as people
        from cities.profiles import panels as profiles
        from hub import panels as places

        for place in ("city", "organisation", "programme"):
            places.register(
                place,
                "people",
                template="cities/_people_note.html",
                source=people.people_note,
                slot="margin",
                order=90,
            )

        # One query once this process knows the atlas; the rest is read after a change.
        places.register(
            "home",
            "map",
            template="cities/_home_map.html",
            source=panels.home_map,
            order=10,
            queries=11,
        )
        needs.register()
        profiles.register()
        places.register(
            "home",
            "programmes",
            template="cities/_home_programmes.html",
            source=panels.home_programmes,
            order=50,
        )
