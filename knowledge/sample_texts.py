"""Sample texts: invented, plausible, marked as samples wherever they show. They report nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SampleComment:
    by: str
    body: str
    quote: str = ""
    answers: "tuple[SampleComment, ...]" = ()


@dataclass(frozen=True)
class SampleReuse:
    """What a city does with the text; `before` are stages it passed, each a fortnight earlier."""

    by: str
    city: str
    stage: str
    text: str
    outcome: str = ""
    reason: str = ""
    before: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True)
class SampleText:
    by: str
    title: str
    fields: dict[str, object]
    days_ago: int
    domains: tuple[str, ...]
    levers: tuple[str, ...] = ()
    kind: str = "experience"
    city: str = ""
    language: str = "sv"
    coauthors: tuple[str, ...] = ()
    visibility: str = "public"
    from_lab: bool = False
    #: Section → how it read in the first version; the second one changed it.
    before: dict[str, str] = field(default_factory=dict)
    change: str = ""
    comments: tuple[SampleComment, ...] = ()
    reuses: tuple[SampleReuse, ...] = ()
    #: Section → how it reads in the version that is in review; with its reason and a remark.
    proposed: dict[str, str] = field(default_factory=dict)
    why: str = ""
    remark: SampleComment | None = None


TEXTS = (
    SampleText(
        by="staff.malmo",
        city="malmo",
        title="Eldrivna grävmaskiner på en kvartersgata: vad vi lärde oss på åtta veckor",
        reuses=(
            SampleReuse(
                by="staff.lomma",
                city="lomma",
                stage="adapt",
                text="Vi tar kravet på el vid grinden, men låter en av två maskiner gå på HVO första året.",
                before=("understand",),
                answer="confirmed",
            ),
            SampleReuse(
                by="staff.hoor",
                city="hoor",
                stage="stopped",
                text="Vi ville ställa samma krav vid ombyggnaden av skolgården.",
                outcome="Två anbud i stället för fem.",
                reason="Elnätet på platsen räckte inte, och ett batteri på hjul kostade mer än maskinen.",
                before=("understand", "adapt"),
            ),
        ),
        days_ago=12,
        domains=("buildings", "energy"),
        levers=("technology", "finance"),
        from_lab=True,
        fields={
            "tried": "När en kvartersgata skulle läggas om **krävde vi utsläppsfria maskiner** i upphandlingen. "
            "Entreprenören hyrde två mindre grävmaskiner på el och en lastmaskin.\n\n"
            "- Kravet stod i förfrågningsunderlaget med ett fast tillägg per maskintimme.\n"
            "- Elnätsbolaget var med från första mötet.\n- Grannarna fick ett brev om vad som skulle hända.",
            "happened": "Arbetet blev klart i tid. Maskinisterna ville inte gå tillbaka: tystare, mindre vibrationer. "
            "De boende klagade på damm, men inte på buller.",
            "setback": "**Laddningen.** Byggelen räckte till en maskin i taget, så den andra stod still två "
            "eftermiddagar i veckan. Vi hade frågat efter effekt i hela området men inte vid själva grinden. "
            "Tillägget per timme blev dessutom för lågt för de små entreprenörerna: bara två lämnade anbud.",
            "differently": "Fråga nätbolaget om effekten *vid grinden* innan underlaget går ut, och bjud in små "
            "entreprenörer till ett samtal om priset ett halvår före.",
            "stage": "piloting",
            "cost": "under-100",
            "call": True,
        },
        before={"setback": "Laddningen. Byggelen räckte inte till båda maskinerna."},
        change="Skrev ut vad som gick fel med effekten och med anbuden",
        comments=(
            SampleComment(
                by="researcher",
                quote="Vi hade frågat efter effekt i hela området men inte vid själva grinden.",
                body="Det här återkommer i flera försök. Går det att se i loggen hur många timmar maskinen stod "
                "och väntade? Då kan man räkna på vad en mobil batterienhet hade kostat i stället.",
                answers=(
                    SampleComment(
                        by="staff.malmo",
                        body="Ja, vi har stopptiderna per dag. Jag lägger in dem som en tabell när de är renskrivna.",
                    ),
                ),
            ),
            SampleComment(
                by="staff.helsingborg",
                body="Tack för att ni skrev om anbuden! Vi stod just i begrepp att sätta samma tillägg.",
            ),
        ),
    ),
    SampleText(
        by="lead.lund",
        city="lund",
        coauthors=("staff.lund",),
        title="Surplus heat in the last mile: why three landlords waited",
        language="en",
        days_ago=31,
        domains=("energy", "buildings"),
        levers=("governance", "finance"),
        fields={
            "tried": "We offered low-temperature district heating, fed by surplus heat, to six owners of apartment "
            "buildings along one street. One meeting each, one joint meeting, one price model.",
            "happened": "Three connected within a year. Two of them had a renovation planned anyway.",
            "setback": "**Three did not, and price was not the reason.** Their boards changed between our first and "
            "our second meeting, and nobody had written down what had been promised. We had no owner of the "
            "question in the housing co-operatives, only a chair who moved away.",
            "differently": "Leave a two-page summary with the *secretary* of the board, not the chair. Ask for a "
            "date for the decision at the first meeting.",
            "stage": "running",
            "cost": "under-1000",
            "call": True,
        },
        before={"setback": "Three did not connect. Their boards changed between the meetings."},
        change="Added what we found when we asked the boards a second time",
        comments=(
            SampleComment(
                by="staff.leuven",
                body="We saw the same with our neighbourhood contracts. What helped was a letter that the *manager* "
                "of the building must table. Happy to share it.",
                answers=(
                    SampleComment(
                        by="lead.lund", body="Please do! I will try it with the fourth landlord."
                    ),
                ),
            ),
        ),
        proposed={
            "happened": "Five of six are connected after two winters. Two of them had a renovation planned "
            "anyway; the sixth house is being sold.",
        },
        why="Two winters later",
        remark=SampleComment(
            "coordinator", "Five of six: from when is the count? Put the month beside it."
        ),
    ),
    SampleText(
        by="staff.helsingborg",
        city="helsingborg",
        coauthors=("lead.helsingborg",),
        title="Samlastning i centrum: butikerna sa ja, chaufförerna sa nej",
        days_ago=47,
        domains=("mobility",),
        levers=("social-innovation", "governance"),
        fields={
            "tried": "Elva butiker på två gågator lät en terminal ta emot deras paket. En elbil körde ut dem en gång "
            "om dagen, klockan tio.",
            "happened": "Antalet leveranser före lunch gick ner. Butikerna fick färre avbrott och ville fortsätta.",
            "setback": "Två av åkerierna ville inte lämna ifrån sig de sista metrarna: **deras avtal mäter leverans "
            "till kunden, inte till en terminal.** Vi hade talat med inköparna men aldrig med dem som skriver "
            "transportavtalen. Efter fyra månader körde de egna bilar igen.",
            "differently": "Börja med avtalen. Ta med åkerierna innan ni frågar den första butiken.",
            "stage": "stopped",
            "cost": "under-100",
        },
        comments=(
            SampleComment(
                by="researcher",
                body="Vore det möjligt att intervjua de två åkerierna? *Varför de slutade* är det som saknas i "
                "nästan alla rapporter jag läser.",
            ),
        ),
    ),
    SampleText(
        by="staff.hoor",
        city="hoor",
        title="Linser på skolmenyn: sju veckor, tre recept, en protest",
        reuses=(
            SampleReuse(
                by="staff.malmo",
                city="malmo",
                stage="reuse",
                text="Recepten som de är, i fyra skolkök till att börja med.",
                outcome="Svinnet var detsamma som för köttfärsen efter tredje gången.",
                before=("understand", "adapt"),
                answer="confirmed",
            ),
        ),
        days_ago=63,
        domains=("land", "consumption"),
        levers=("learning", "democracy"),
        fields={
            "tried": "Vi bytte nötfärs mot linser från en gård i trakten i tre rätter på fyra skolor.",
            "happened": "Två av rätterna blev kvar. Svinnet ökade första veckan och var sedan som förut.",
            "setback": "Den tredje rätten åts inte alls. **Vi hade provlagat med kocken men inte med barnen.** En "
            "förälders bild på en full slasktunna spreds snabbare än vårt brev hem.",
            "differently": "Låt eleverna rösta bort ett recept av fyra. Skicka brevet *före* maten.",
            "stage": "running",
            "cost": "under-10",
            "call": True,
        },
    ),
    SampleText(
        by="staff.plymouth",
        city="plymouth",
        title="Doorstep energy advice: one visit is not enough",
        reuses=(
            SampleReuse(
                by="lead.lund",
                city="lund",
                stage="understand",
                text="We want to see how the second visit is booked, and what it costs in hours.",
            ),
        ),
        language="en",
        days_ago=80,
        domains=("buildings",),
        levers=("democracy", "learning"),
        fields={
            "tried": "Trained residents knocked on doors in two wards and offered an hour of advice about draughts, "
            "bills and grants.",
            "happened": "More than half of those who opened booked a visit. Small measures were done on the spot.",
            "setback": "**Hardly anyone went on to a larger retrofit.** After the visit people were on their own with "
            "the grant forms. Our advisers were paid per visit, so nobody was paid for the phone call a month later.",
            "differently": "Pay for the second conversation. One person who answers the phone is worth three who knock.",
            "stage": "piloting",
            "cost": "under-100",
        },
        comments=(
            SampleComment(
                by="lead.lund",
                body="We are about to plan exactly this. How long was the training of the residents?",
            ),
        ),
    ),
    SampleText(
        by="staff.lomma",
        city="lomma",
        title="Lånebod för byggverktyg: nästan ingen hittade dit",
        days_ago=98,
        domains=("consumption", "waste"),
        levers=("social-innovation",),
        fields={
            "tried": "En obemannad bod vid återvinningscentralen där man lånar verktyg med en kod i mobilen.",
            "happened": "De som kom var nöjda och kom igen.",
            "setback": "**De flesta verktyg lånades aldrig.** Boden står där folk lämnar saker, inte där de behöver "
            "dem. Öppettiderna följde centralens, så på söndagar, när folk bygger, var den stängd.",
            "differently": "Ställ den vid bygghandeln eller biblioteket, och låt den vara öppen när folk är lediga.",
            "stage": "piloting",
            "cost": "under-10",
        },
    ),
    SampleText(
        by="coordinator",
        kind="case-note",
        city="malmo",
        title="Utsläppsfria byggplatser i tre kommuner: vad som måste finnas på plats",
        days_ago=20,
        domains=("buildings", "energy", "industry"),
        levers=("finance", "governance", "learning"),
        coauthors=("staff.malmo",),
        fields={
            "summary": "Tre kommuner har ställt krav på utsläppsfria maskiner i var sitt mindre anläggningsarbete. "
            "Maskinerna finns och fungerar. Det som avgör är elen vid grinden, hur kravet är skrivet och om små "
            "entreprenörer hinner förbereda sig. Texten samlar vad deltagarna i ett Learning Lab berättade.",
            "challenge": "Arbetsmaskiner står för en stor del av det som byggen släpper ut lokalt, och kommunen är själv "
            "beställare av många av dem. Ändå hamnar kravet sist i underlaget.",
            "context": "Tre kommuner av olika storlek, egna gator, eget elnät i en av dem. Arbeten på fyra till tolv veckor.",
            "blocks": "1. Ett fast tillägg per utsläppsfri maskintimme\n2. Ett tidigt möte med nätbolaget\n"
            "3. En gemensam lista över maskiner som går att hyra\n4. Uppföljning med maskinens egen logg",
            "actors": "Beställare, upphandlare, entreprenörer, nätbolag, uthyrare. Boende fick information men tog inte del i besluten.",
            "timeline": "| Steg | Tid före byggstart |\n|---|---|\n| Samtal med marknaden | 9 månader |\n"
            "| Effekt vid grinden | 6 månader |\n| Underlag ute | 4 månader |",
            "results": "Diesel på plats | liter per vecka | 900 | 120 | exempel, ej uppmätt\n"
            "Stillestånd för laddning | timmar per vecka | 0 | 7 | exempel, ej uppmätt\n"
            "Anbud | antal | 5 | 2 | exempel, ej uppmätt",
            "setback": "**I två av tre fall räckte inte byggelen**, och det upptäcktes först när maskinerna stod där. "
            "I alla tre kom färre anbud än vanligt. Ingen av kommunerna hade avsatt tid för att läsa maskinloggarna efteråt.",
            "factors": "*Hjälpte:* en beställare som kunde säga ja till tillägget själv. *Hindrade:* olika ord för samma krav i de tre underlagen.",
            "law": "Kravet ställdes som särskilt kontraktsvillkor. Fråga er egen jurist: detta är ett exempel, ingen rådgivning.",
            "preconditions": "- Effekt vid grinden, eller råd med en batterienhet\n- Minst två uthyrare inom rimligt avstånd\n"
            "- En beställare med mandat över tillägget",
            "conditions": ["procurement", "land"],
            "smallest": 15000,
            "questions": "Vad händer med priset när tio kommuner ställer samma krav samtidigt?",
            "evidence": "told",
            "stage": "piloting",
            "cost": "under-1000",
        },
        comments=(
            SampleComment(
                by="researcher",
                quote="I alla tre kom färre anbud än vanligt.",
                body="Färre än *vad*? Jämfört med samma typ av arbete åren före, eller med beställarens väntan? Det "
                "avgör om det är ett resultat eller en känsla.",
                answers=(
                    SampleComment(
                        by="coordinator",
                        body="Bra fråga. Det var beställarnas egen bild. Jag tar upp det på nästa Lab.",
                    ),
                ),
            ),
            SampleComment(
                by="staff.landskrona",
                body="Vi har eget elnät och ändå samma problem. Det tyder på att det handlar om *när* man frågar, inte vem.",
            ),
        ),
    ),
    SampleText(
        by="coordinator",
        kind="case-note",
        city="leuven",
        title="Neighbourhood contracts for climate: a form that travels",
        language="en",
        days_ago=55,
        domains=("buildings", "mobility", "consumption"),
        levers=("democracy", "governance"),
        fields={
            "summary": "A neighbourhood and the city sign a one-page agreement: what residents will do, what the city "
            "will do, by when. The form is simple enough to be carried over. What does not travel by itself is the "
            "person who keeps the conversation going between two signatures.",
            "challenge": "City-wide plans reach few streets. Residents who want to act find no counterpart.",
            "context": "A medium-sized university city with active neighbourhood committees.",
            "blocks": "- A one-page agreement\n- A named contact in the administration\n- A small fund with quick decisions",
            "actors": "Neighbourhood committees, the city's contact person, local associations, schools.",
            "costs": "Mostly working hours; the fund is small. Figures are left out, since this is a sample.",
            "setback": "**Contracts without a contact person were forgotten within half a year.** In two streets the same "
            "four people signed for everybody, and the neighbours read about it afterwards.",
            "factors": "*Helped:* decisions on the fund within two weeks. *Held back:* forms in one language only.",
            "preconditions": "- Committees or associations that exist already\n- Half a post that may say yes to small things",
            "questions": "Do streets with a contract keep what they began after three years?",
            "evidence": "told",
            "stage": "running",
            "cost": "under-1000",
        },
        comments=(
            SampleComment(
                by="researcher",
                body="The open question is one we could follow together: two streets with and two without, three years. "
                "Who would join?",
            ),
        ),
    ),
)
