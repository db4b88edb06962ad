"""One trial: people act, faults come at random, everything comes back, and the ledger is asked."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from deployments.demo.cast import Cast
from deployments.demo.demonstration import LifecycleFlow
from deployments.demo.play import Rehearsal
from deployments.demo.steps import Step
from deployments.demo.stories import Story
from models.cases.commands import SubmitMaterial
from models.cases.facts import ProjectFacts
from models.errors import Unavailable
from models.people.actor import Actor
from rules.cases.context import ZONE
from services.cases.registration import RegisterProject
from services.documents.files import StoredFile
from services.scenarios.published import effective
from services.timing import read_clock_file, write_clock_file
from tests.crash.faults import befall, drawn
from tests.crash.people import People, Refused
from tests.crash.proof import faults_of, righted
from tests.crash.system import System

SCENARIO = "industrial-simple"
ENTERPRISE, NAME = "91611102MA0FAKE250", "沣河智能装备有限公司"
#: Faults of a trial, stories that are played and enterprises that hand in papers meanwhile.
FAULTS, STORIES, CROWD = 3, 3, 4
#: Seconds after which a trial ends whatever has still to come.
LONGEST_SECONDS = 240.0


@dataclass(frozen=True)
class Outcome:
    """What a trial came to."""

    seed: int
    faults: tuple[str, ...]
    acknowledged: int
    sent_again: int
    refused: tuple[str, ...]
    righted_seconds: float
    wrong: tuple[str, ...]

    def row(self) -> str:
        """A row of the page of trials."""
        verdict = "; ".join(self.wrong) if self.wrong else "nothing lost, nothing twice"
        return (
            f"| {datetime.now(UTC).date()} | {self.seed} | {', '.join(self.faults)} |"
            f" {self.acknowledged} | {self.sent_again} | {self.righted_seconds:.0f} s | {verdict} |"
        )


class _Over(Exception):
    """The faults are over, and so is the trial."""


@dataclass
class _Watcher:
    """Ends the play when the faults are over."""

    over: threading.Event

    def day(self, today: date, projects: Sequence[ProjectFacts]) -> None:
        """At the end of each day."""
        del today, projects
        self._look()

    def act(self, today: date, project: str, step: Step) -> None:
        """After each act."""
        del today, project, step
        self._look()

    def _look(self) -> None:
        if self.over.is_set():
            raise _Over


@dataclass
class _Play(Rehearsal):
    """Stories whose people let an act be that was refused."""

    refused: list[str] = field(default_factory=list)

    def _act(self, facts: ProjectFacts, today: date, number: int) -> bool:
        try:
            return super()._act(facts, today, number)
        except Refused as error:
            self.refused.append(str(error))
            return False


def run(system: System, seed: int, count: int = FAULTS) -> Outcome:
    """Run one trial with ``count`` faults on a system that is well; it is well again afterwards."""
    dice = random.Random(seed)
    people, over = People(system), threading.Event()
    cast = _gather(system, people)
    with ThreadPoolExecutor(CROWD + 1) as threads:
        crowd = [
            threads.submit(_hand_in_papers, system, people, cast, seed, number, over)
            for number in range(CROWD)
        ]
        faults = threads.submit(_befall, system, dice, count, over)
        play = _play(system, people, cast, seed, over)
        happened = faults.result()
        for person in crowd:
            person.result()
    _let_time_pass(system)
    seconds = righted(system)
    wrong = tuple(faults_of(system, people.acknowledged))
    return Outcome(
        seed,
        tuple(happened),
        len(people.acknowledged),
        people.sent_again,
        tuple(play.refused),
        seconds,
        wrong,
    )


def _let_time_pass(system: System) -> None:
    """Let the clock pass the newest event: time acts no earlier, after a clock that was ahead."""
    with system.database.reading() as connection:
        newest = connection.execute(_NEWEST).scalar_one()
    if newest is not None and newest >= read_clock_file(system.clock_file):
        write_clock_file(system.clock_file, newest + timedelta(minutes=1))


def _befall(system: System, dice: random.Random, count: int, over: threading.Event) -> list[str]:
    """The faults of the trial; whatever comes of them, it ends."""
    deadline = time.monotonic() + LONGEST_SECONDS
    try:
        faults = drawn(dice, system, count)
        return befall(system, faults, dice, lambda: time.monotonic() > deadline)
    finally:
        over.set()


def _gather(system: System, people: People) -> Cast:
    """Everyone who acts in the trial, each with a token of their own."""
    moment = read_clock_file(system.clock_file)
    with system.database.reading() as connection:
        definition = effective(connection, SCENARIO, moment.astimezone(ZONE).date())[1]
    cast = Cast(system.database, definition)
    cast.gather({ENTERPRISE: NAME})
    for actor in cast.everyone():
        people.token(actor, moment)
    return cast


def _play(system: System, people: People, cast: Cast, seed: int, over: threading.Event) -> _Play:
    """Play some projects until the faults are over."""
    begins = read_clock_file(system.clock_file).astimezone(ZONE).date()
    stories = [_story(seed, number, begins) for number in range(STORIES)]
    play = _Play(
        system.database,
        cast,
        LifecycleFlow(system.database, system.folder / "logs"),
        _Watcher(over),
        system.clock_file,
        run=f"trial-{seed}",
        hands=people,
    )
    with suppress(_Over):
        play.play(stories)
    return play


def _story(seed: int, number: int, begins: date) -> Story:
    return Story(
        code=f"26{1 + number % 12:02d}-611102-04-01-{seed % 1_000_000:06d}",
        title=f"试验项目{seed}之{number + 1}",
        enterprise=ENTERPRISE,
        enterprise_name=NAME,
        scenario=SCENARIO,
        begins=begins,
        seed=seed + number,
        corrected=frozenset({"A07"}) if number == 0 else frozenset(),
        cured=frozenset({"C05"}) if number == 1 else frozenset(),
    )


def _hand_in_papers(
    system: System, people: People, cast: Cast, seed: int, number: int, over: threading.Event
) -> None:
    """An enterprise registers a project and hands in papers, again and again, until all is over."""
    moment = read_clock_file(system.clock_file)
    actor = cast.applicant(ENTERPRISE)
    code = f"25{1 + number:02d}-611102-04-01-{seed % 1_000_000:06d}"
    request = RegisterProject(
        code=code, title=f"材料项目{seed}之{number + 1}", enterprise=ENTERPRISE, scenario=SCENARIO
    )
    people.register(request, actor, moment, key=f"{code}/register")
    paper = _uploaded(cast, code, actor)
    turn = 0
    while not over.is_set():
        turn += 1
        command = SubmitMaterial(
            material="design_scheme", file_name=paper.name, sha256=paper.sha256
        )
        people.act(code, command, actor, moment, key=f"{code}/paper/{turn}")


def _uploaded(cast: Cast, code: str, actor: Actor) -> StoredFile:
    """A paper that somebody uploads, again where PostgreSQL went meanwhile: its content is its name."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while True:
        try:
            return cast.paper(code, "design_scheme", actor)
        except Unavailable:
            assert time.monotonic() < deadline, "PostgreSQL did not come back"
            time.sleep(0.2)


_NEWEST = text("SELECT max(at) FROM case_event")
