"""Sample translations: of invented texts, marked as samples as those are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleTranslation:
    """Made from a version of the text with that title; outdated if there is a later one."""

    of: str
    version: int
    by: str
    language: str
    title: str
    fields: dict[str, str]


TEXTS = (
    SampleTranslation(
        of="Eldrivna grävmaskiner på en kvartersgata: vad vi lärde oss på åtta veckor",
        version=2,
        by="lead.lund",
        language="en",
        title="Electric excavators on a residential street: what eight weeks taught us",
        fields={
            "tried": "When a residential street was to be rebuilt **we asked for zero-emission machines** in the tender. "
            "The contractor rented two small electric excavators and a wheel loader.\n\n"
            "- The demand stood in the tender documents, with a fixed supplement per machine hour.\n"
            "- The grid company was there from the first meeting.\n- The neighbours got a letter about what would happen.",
            "happened": "The work was finished in time. The operators did not want to go back: quieter, less vibration. "
            "Residents complained of dust, but not of noise.",
            "setback": "**Charging.** The site supply was enough for one machine at a time, so the other stood still two "
            "afternoons a week. We had asked for the capacity of the whole area, but not at the gate itself. "
            "The supplement per hour was also too low for the small contractors: only two made an offer.",
            "differently": "Ask the grid company for the capacity *at the gate* before the tender goes out, and invite "
            "small contractors to a talk about the price half a year before.",
        },
    ),
    SampleTranslation(
        of="Surplus heat in the last mile: why three landlords waited",
        version=1,
        by="staff.malmo",
        language="sv",
        title="Överskottsvärme den sista biten: varför tre hyresvärdar väntade",
        fields={
            "tried": "Vi erbjöd lågtempererad fjärrvärme av överskottsvärme till sex ägare av flerbostadshus längs en "
            "gata. Ett möte med var och en, ett gemensamt, en prismodell.",
            "happened": "Tre anslöt sig inom ett år. Två av dem skulle ändå renovera.",
            "setback": "Tre anslöt sig inte. Deras styrelser byttes mellan mötena.",
            "differently": "Lämna en sammanfattning på två sidor till styrelsens *sekreterare*, inte till ordföranden. "
            "Be om en dag för beslutet redan vid första mötet.",
        },
    ),
)
