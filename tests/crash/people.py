"""People who act over HTTP while things break, and remember what was acknowledged.

Each act carries a key of its own. Who gets no answer sends it again with the same key, as the portal
and every client do; an answer that is a refusal ends the act.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import orjson

from models.cases.commands import ProjectCommand
from models.errors import KaigongError
from models.people.actor import Actor
from services.cases.registration import RegisterProject
from services.people.tokens import issue_token
from tests.crash.system import System

#: How long a person goes on asking while nobody gets an answer.
PATIENCE_SECONDS = 150.0
AGAIN_SECONDS = 0.3
#: Answers after which the same request may be sent again: nothing is known of what was done.
AGAIN = frozenset({429, 500, 502, 503, 504})


class Refused(KaigongError):
    template = "{act}: the portal refused it ({status}): {detail}"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An act that the portal said was done."""

    project: str
    key: str
    act: str


@dataclass
class People:
    """Everyone's hands: acts go to the portal of the system as requests of its REST interface."""

    system: System
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sent_again: int = 0
    answered_at: float = field(default_factory=time.monotonic)
    """When anybody had an answer last."""
    _tokens: dict[str, str] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def token(self, actor: Actor, moment: datetime) -> str:
        """The bearer token of a person; made before anything breaks."""
        known = self._tokens.get(actor.login)
        if known is None:
            known = issue_token(self.system.database, actor.login, "trial", moment)
            self._tokens[actor.login] = known
        return known

    def register(
        self, request: RegisterProject, actor: Actor, moment: datetime, *, key: str
    ) -> None:
        """Register a project."""
        body = request.model_dump(mode="json")
        self._insist("/api/v1/projects", body, actor, moment, key, "register")
        self._remember(request.code, key, "register")

    def act(
        self, project: str, command: ProjectCommand, actor: Actor, moment: datetime, *, key: str
    ) -> None:
        """Do one act in a project; what is refused is remembered and raised."""
        body = command.model_dump(mode="json")
        self._insist(f"/api/v1/projects/{project}/acts", body, actor, moment, key, command.act)
        self._remember(project, key, command.act)

    def _insist(
        self, path: str, body: Any, actor: Actor, moment: datetime, key: str, act: str
    ) -> None:
        headers = {
            "Authorization": f"Bearer {self.token(actor, moment)}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        began = time.monotonic()
        while time.monotonic() < max(began, self.answered_at) + PATIENCE_SECONDS:
            answer = _post(self.system.portal + path, orjson.dumps(body), headers)
            if answer is not None and answer.status_code not in AGAIN:
                self.answered_at = time.monotonic()
                if not answer.is_success:
                    raise Refused(act=act, status=answer.status_code, detail=answer.text[:300])
                return
            self.sent_again += 1
            time.sleep(AGAIN_SECONDS)
        raise AssertionError(f"{act}: no answer within {PATIENCE_SECONDS} s")

    def _remember(self, project: str, key: str, act: str) -> None:
        with self._guard:
            self.acknowledged.append(Acknowledged(project, key, act))


def _post(url: str, content: bytes, headers: dict[str, str]) -> httpx.Response | None:
    """The answer; ``None`` when there was none."""
    try:
        return httpx.post(url, content=content, headers=headers, timeout=15, trust_env=False)
    except httpx.HTTPError:
        return None
