"""A POST is done once: sent twice at the same moment, and killed by kill -9 anywhere."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from talteen.life.answer import intake
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.register.programs.api_models import ApiAnswer, ApiRequest
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import Desk
from tests.desk.interface.programs import asks, post, program, token
from tests.kit.processes import killed_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answering")]
Progress = Callable[[str], None]


def handed_over(client: Client, body: object, progress: Progress) -> None:
    """Post it, and say how far the act has come: it is the real one, with two listeners in it."""
    receive = intake.receive

    def told(*args: Any, within: Callable[[intake.Taken], None], **more: Any) -> intake.Taken:
        def both(taken: intake.Taken) -> None:
            within(taken)
            progress("before commit")

        taken = receive(*args, within=both, **more)
        progress("committed")
        return taken

    progress("begun")
    intake.receive = told  # in the process that dies, and in no other
    post(client, "requests", body, "k")


@pytest.mark.drill
@pytest.mark.parametrize("step", ["before commit", "committed"])
def test_killed_anywhere_it_is_done_once_and_the_answer_is_not_lost(desk: Desk, step: str) -> None:
    client = program(token(desk, Scope.REQUESTS_WRITE))
    body = asks()
    assert killed_at(step, lambda progress: handed_over(client, body, progress))
    assert SubjectRequest.objects.count() == (step == "committed")

    answer = post(client, "requests", body, "k")

    assert answer.status_code == 201
    assert SubjectRequest.objects.count() == ApiRequest.objects.count() == 1
    row = SubjectRequest.objects.get()
    assert intake.by_code(answer.json()["code"]).pk == row.pk  # the code that counts is told
    assert RequestPaper.objects.filter(request=row, name="receipt").count() == 1


def test_two_at_the_same_moment_do_it_once(desk: Desk) -> None:
    shown, body, gate = token(desk, Scope.REQUESTS_WRITE), asks(), Barrier(2)

    def one(_: int) -> Any:
        try:
            gate.wait()
            return post(program(shown), "requests", body, "k")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(one, range(2)))

    assert SubjectRequest.objects.count() == ApiRequest.objects.count() == 1
    assert ApiAnswer.objects.count() == 1
    good = [answer for answer in answers if answer.status_code == 201]
    other = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.content for answer in good}) == 1
    assert all(answer.status_code == 409 for answer in other)
    assert post(program(shown), "requests", body, "k").content == good[0].content
