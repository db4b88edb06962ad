"""The demonstration in a terminal: the simulated day, every project's stages, who did what."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Self, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from config.settings import get_settings
from config.texts import ACT, Word, translator
from deployments.demo.steps import Step
from deployments.local.installation import Reports
from deployments.local.process_table import Place, reachable
from deployments.local.supervisor import Ended
from models.cases.commitment import CheckState
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from models.errors import Unavailable
from rules.cases.progress import StageState, stage_views

#: Acts that are shown at the foot of the screen.
RECENT = 8
STYLES: Mapping[StageState, str] = {
    StageState.AWAITING_OTHERS: "dim",
    StageState.AWAITING_APPLICANT: "cyan",
    StageState.AWAITING_CORRECTION: "yellow",
    StageState.AWAITING_DECISION: "blue",
    StageState.CLOCK_SUSPENDED: "magenta",
    StageState.RE_EXAMINATION: "yellow",
    StageState.CONDITIONALLY_ACCEPTED: "yellow",
    StageState.PRELIMINARY_OPINION: "yellow",
    StageState.APPROVED: "green",
    StageState.NOT_REQUIRED: "green",
    StageState.DENIED: "red",
    StageState.WITHDRAWN: "dim",
    StageState.VOIDED: "red",
    StageState.REVOKED: "red",
    StageState.RECALLED: "red",
    StageState.CANCELLED: "red",
    StageState.RECTIFYING: "yellow",
    StageState.WORK_STOPPED: "red",
    StageState.AWAITING_NEXT_PHASE: "cyan",
    StageState.AWAITING_HANDOVER: "cyan",
}


class Screen:
    """Live display of the demonstration; prints one line a day where the output is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream)
        self._live = Live(console=self._console, auto_refresh=False)
        self._language = get_settings().language
        self._ = translator(self._language)
        self._recent: deque[Text] = deque(maxlen=RECENT)
        self._begun = time.monotonic()
        self._place = ""

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()

    # --- the start --------------------------------------------------------------------------

    def reports(self) -> Reports:
        """Steps of the start, and parts that died, as lines."""
        return Reports(step=self._say, ended=self._say_ended, trouble=self._say_trouble)

    def ready(self, place: Place) -> None:
        """Show the addresses of portal and Prefect."""
        portal = f"http://{reachable(place.settings.host)}:{place.settings.port}"
        self._place = f"{self._('Portal')} {portal}   Prefect {place.settings.prefect_url[:-4]}"
        self._say(self._place)

    # --- the story --------------------------------------------------------------------------

    def act(self, today: date, project: str, step: Step) -> None:
        """Show an act."""
        acts = ", ".join(
            f"{getattr(c, 'item', getattr(c, 'material', ''))} {self._(Word(c.act, ACT))}"
            for c in step.commands[-2:]
        )
        self._recent.append(Text(f"  {today}  …{project[-6:]}  {step.actor.login}: {acts}"))

    def day(self, today: date, projects: Sequence[ProjectFacts]) -> None:
        """Redraw at the end of a day."""
        if self._console.is_terminal:
            self._live.update(Group(self._table(today, projects), *self._recent), refresh=True)
        else:
            done = ", ".join(f"{p.code[-6:]} {_finished(p)}/{len(p.items)}" for p in projects)
            self._console.print(f"{today}  {done}", highlight=False)

    def summary(self, results: Mapping[str, Any]) -> None:
        """Print the summary as a table on standard output."""
        _ = self._
        table = Table(box=None)
        for heading in (
            "project", "counted", "promised", "corrections", "cured", "voided", "yellow", "red",
            "documents",
        ):  # fmt: skip
            table.add_column(_(heading), overflow="fold")
        for project in results["projects"]:
            cured = sum(d["state"] == "cured" for d in project["deficiencies"])
            alerts = project["alerts"]
            numbers = (
                project["counted_working_days"], project["promised_working_days"],
                project["corrections"], cured, project["voided"], alerts["yellow"], alerts["red"],
                len(project["certificates"]),
            )  # fmt: skip
            state = "✓" if project["completed"] else "…"
            name = f"{state} {project['code']} {project['title']}"
            table.add_row(name, *(str(number) for number in numbers))
        output = Console()
        output.print(table)
        for project in results["projects"]:
            for sentence in self._agents_and_commitments(project):
                output.print(sentence, highlight=False)
        for chapter in results["chapters"]:
            for promise in chapter["promises"]:
                output.print(self._promise(chapter["title"], promise), highlight=False)
        whole = _("whole") if results["audit"]["ok"] else _("broken")
        seconds = round(time.monotonic() - self._begun)
        sentence = _("{events} events, the chain is {whole}; {seconds} s")
        output.print(
            sentence.format(events=results["audit"]["events"], whole=whole, seconds=seconds),
            highlight=False,
        )

    def _table(self, today: date, projects: Sequence[ProjectFacts]) -> Table:
        seconds = round(time.monotonic() - self._begun)
        table = Table(title=f"{today}   ({seconds} s)   {self._place}", box=None, expand=True)
        table.add_column(self._("project"))
        for position in range(max((len(p.scenario.stages) for p in projects), default=0)):
            table.add_column(str(position + 1))
        for project in projects:
            shown = [self._stage(project, view.key) for view in stage_views(project)]
            done = "✓ " if project.state is ProjectState.COMPLETED else ""
            table.add_row(f"{done}{project.title}", *shown)
        return table

    def _stage(self, project: ProjectFacts, key: str) -> Text:
        view = next(view for view in stage_views(project) if view.key == key)
        name = project.scenario.stage[key].name.in_language(self._language)
        again = f" ({view.round})" if view.round > 1 else ""
        waiting = f" {' '.join(view.waiting)}" if view.waiting else ""
        words = f"{name}{again}\n{self._(Word.of(view.state))}{waiting}"
        return Text(words, style=STYLES[view.state])

    def _agents_and_commitments(self, project: Mapping[str, Any]) -> Iterator[str]:
        """What an agent did in a project, and what became of the commitments that its grants rested on."""
        _, language = self._, "en" if self._language.startswith("en") else "zh"
        for agent in project["agents"]:
            sentence = _(
                "{title}: {agent} acted {acts} times for the enterprise, as authorised in writing until {until}"
            )
            yield sentence.format(title=project["title"], **agent)
        for commitment in project["commitments"]:
            granted = (
                _(
                    "{title}: {item} granted on commitment at once, by the list {list}; {state} on {on}"
                )
                if commitment["list"]
                else _("{title}: {item} granted on commitment; {state} on {on}")
            )
            yield granted.format(
                title=project["title"],
                item=commitment["name"][language],
                list=commitment["list"],
                state=_(Word.of(CheckState(commitment["state"]))),
                on=commitment["closed_on"] or "–",
            )

    def _promise(self, title: str, promise: Mapping[str, Any]) -> str:
        """One promise of a chapter: its last day, when it was kept, and what was said before."""
        sentence = self._(
            "{title}, promise {name}: last day {last_day}, kept on {kept_on}; warned: {warned}"
        )
        name = promise["name"]["en" if self._language.startswith("en") else "zh"]
        return sentence.format(
            title=title,
            name=name,
            last_day=promise["last_day"] or "–",
            kept_on=promise["kept_on"] or "–",
            warned=", ".join(promise["warned"]) or "–",
        )

    def _say(self, sentence: str) -> None:
        self._console.print(self._(sentence), highlight=False)

    def _say_ended(self, ended: Ended) -> None:
        sentence = self._("{part} ended (exit code {code}); it starts again in {seconds} s")
        seconds = round(ended.again_in_seconds)
        self._console.print(
            sentence.format(part=self._(Word(ended.part)), code=ended.exit_code, seconds=seconds)
        )

    def _say_trouble(self, error: Unavailable) -> None:
        self._console.print(error.sentence(self._))


def _finished(project: ProjectFacts) -> int:
    return sum(item.decided_on is not None for item in project.items.values())
