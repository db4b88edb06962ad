"""Fifty clients on one item, over HTTP: one of them does it, and everybody has an answer."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from models.people.actor import Actor
from services.people.tokens import issue_token
from tests.support.people import approver, head
from tests.support.portal import Town
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.served import served
from tests.support.yard import PLANNING

CLIENTS = 50
DECIDING = (approver(PLANNING), head(PLANNING))
#: Asked again after these, as every client does: nothing was done.
AGAIN = frozenset({429, 503})


def fifty(call: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    """The answers of so many clients that begin at the same moment."""
    start = threading.Barrier(CLIENTS)

    def run(number: int) -> httpx.Response:
        start.wait(PATIENCE_SECONDS)
        return call(number)

    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(run, range(CLIENTS)))


class Office:
    """The two who may decide, from as many windows as are wanted."""

    def __init__(self, town: Town, client: httpx.Client, project: str) -> None:
        self._client = client
        self._path = f"/api/v1/projects/{project}/acts"
        self._tokens = {actor.login: self._token(town, actor) for actor in DECIDING}

    @staticmethod
    def _token(town: Town, actor: Actor) -> str:
        return issue_token(town.database, actor.login, "window", town.now)

    def decide(self, number: int, key: str) -> httpx.Response:
        """Every other window denies what the others grant."""
        actor = DECIDING[number % 2]
        grants = {"act": "approve_item", "item": "A1"}
        denies = {"act": "deny_item", "item": "A1", "reason": "the plan contradicts the survey"}
        return self.send(grants if number % 3 else denies, actor, key)

    def send(self, command: dict[str, str], actor: Actor, key: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[actor.login]}", "Idempotency-Key": key}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._client.post(self._path, json=command, headers=headers)
            if answer.status_code not in AGAIN or time.monotonic() > deadline:
                return answer


def decisions(town: Town) -> int:
    return int(
        str(
            town.scalar(
                "SELECT count(*) FROM case_event WHERE kind IN ('ItemApproved', 'ItemDenied')"
            )
        )
    )


@pytest.mark.api
def test_fifty_clients_on_one_item_decide_once(town: Town) -> None:
    project = town.accepted()
    limits = httpx.Limits(max_connections=CLIENTS)
    with (
        served(town.app) as address,
        httpx.Client(
            base_url=address, limits=limits, timeout=PATIENCE_SECONDS, trust_env=False
        ) as client,
    ):
        office = Office(town, client, project)
        answers = fifty(lambda number: office.decide(number, f"window {number}"))
        codes = Counter(answer.status_code for answer in answers)
        assert codes.pop(200) == 1, codes
        assert set(codes) <= {409, 403}, codes
        assert decisions(town) == 1

        other = town.accepted()
        office = Office(town, client, other)
        grant = {"act": "approve_item", "item": "A1"}
        answers = fifty(lambda _: office.send(grant, DECIDING[0], "one click"))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["version"] for answer in answers}) == 1
        assert decisions(town) == 2
