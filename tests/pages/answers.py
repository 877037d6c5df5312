from cities.models import Wish
from knowledge.answers import actions
from knowledge.enums import Verdict
from knowledge.models import Answer
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.knowledge import one_more_answer

SEEKS = {"slug": "lund.slug", "pk": "wish_seeks.pk"}
GIVEN = SEEKS | {"answer": "answer_public.pk"}


def no_answers(world: World) -> None:
    Answer.objects.all().delete()


def judged(world: World) -> None:
    by, answer = world.cast.alice, world["answer_public"]
    actions.judge(by=by, answer=answer, verdict=Verdict.HELPED)


def of_the_domain(world: World) -> None:
    no_answers(world)
    Wish.objects.get(pk=world["wish_seeks"].pk).domains.set(world["article_public"].domains.all())


PAGES = [
    Page(
        "wish",
        SEEKS,
        kind="list",
        row=one_more_answer,
        roles=("visitor", "staff", "foreign"),
        name="wish answered",
        states={
            "nobody yet": State(prepare=of_the_domain),
            "judged": State(prepare=judged),
        },
    ),
    Page(
        "answer-new",
        SEEKS,
        kind="form",
        roles=("foreign",),
        states={
            "error": State(send={"text": ""}),
            "near": State(prepare=of_the_domain),
        },
    ),
    Page("answer-removal", GIVEN, kind="form", roles=("foreign",)),
]
