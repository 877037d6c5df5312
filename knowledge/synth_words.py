# ruff: noqa: E501 - word lists
"""Words that generated texts are put together from; sentences that say nothing in particular."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "sv": {
        "things": (
            "eldrivna grävmaskiner", "samlastning", "lånecyklar", "fjärrvärme", "återbrukat tegel",
            "skolmat", "solceller", "stadsträd", "laddplatser", "klimatbudgeten", "medborgarpanelen",
            "matavfallet", "byggplatsen", "parkeringen", "upphandlingen", "isoleringen",
        ),
        "titles": ("Vad vi lärde oss av {}", "{} på ett år", "När {} inte räckte", "Ett försök med {}"),
        "sentences": (
            "Vi började med {} i två kvarter och utan extra pengar.",
            "Efter tre månader hade {} blivit en vana för de flesta.",
            "Grannarna frågade om {} innan vi hann berätta.",
            "Ingen hade räknat på vad {} kostar om vintern.",
            "Avtalet om {} skrevs för sent, så sommaren gick förlorad.",
            "Nästa gång bjuder vi in alla som berörs av {} från början.",
            "Siffrorna för {} är osäkra men pekar åt rätt håll.",
        ),
    },
    "en": {
        "things": (
            "electric excavators", "shared deliveries", "cargo bikes", "district heating", "reused bricks",
            "school meals", "solar roofs", "street trees", "charging points", "the climate budget",
            "the citizens' panel", "food waste", "the building site", "kerbside parking", "procurement",
        ),
        "titles": ("What we learnt from {}", "One year of {}", "When {} was not enough", "A trial with {}"),
        "sentences": (
            "We began with {} in two blocks and without extra money.",
            "After three months {} had become a habit for most.",
            "Neighbours asked about {} before we could tell them.",
            "Nobody had worked out what {} costs in winter.",
            "The contract on {} was signed too late, so the summer was lost.",
            "Next time we invite everybody whom {} concerns from the start.",
            "The figures for {} are uncertain but point the right way.",
        ),
    },
    "de": {
        "things": (
            "elektrische Bagger", "gebündelte Lieferungen", "Lastenräder", "Fernwärme", "gebrauchte Ziegel",
            "Schulessen", "Solardächer", "Straßenbäume", "Ladesäulen", "das Klimabudget", "der Bürgerrat",
        ),
        "titles": ("Was wir über {} gelernt haben", "Ein Jahr {}", "Ein Versuch: {}"),
        "sentences": (
            "Wir haben mit {} in zwei Straßen begonnen, ohne zusätzliches Geld.",
            "Nach drei Monaten war {} für die meisten selbstverständlich.",
            "Niemand hatte berechnet, was {} im Winter kostet.",
            "Der Vertrag über {} kam zu spät, der Sommer war verloren.",
            "Beim nächsten Mal laden wir alle ein, die {} betrifft.",
        ),
    },
    "pt": {
        "things": (
            "escavadoras elétricas", "entregas partilhadas", "bicicletas de carga", "aquecimento urbano",
            "tijolos reutilizados", "refeições escolares", "telhados solares", "árvores de rua",
        ),
        "titles": ("O que aprendemos com {}", "Um ano de {}", "Uma experiência com {}"),
        "sentences": (
            "Começámos com {} em dois quarteirões e sem dinheiro extra.",
            "Três meses depois, {} já era um hábito para a maioria.",
            "Ninguém tinha calculado quanto custa {} no inverno.",
            "O contrato sobre {} chegou tarde e perdeu-se o verão.",
        ),
    },
}  # fmt: skip
LANGUAGES = ("sv", "sv", "sv", "en", "en", "en", "de", "pt")
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ru",
    "se",
    "ta",
    "vo",
    "ne",
    "pi",
    "gra",
    "stu",
    "bel",
    "dor",
    "fin",
)
REMARKS = (
    "How long did it take until the first change showed?",
    "Vi prövade samma sak och fastnade på avtalen.",
    "Which figure did you compare with, and from which year?",
    "Tack! Det här tar jag med till vårt nästa Lab.",
    "Haben Sie die Kosten im Winter auch gemessen?",
)
