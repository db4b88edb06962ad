"""The verifier against everybody: random scenarios, and random people who ask for whatever they like.

What it passes never gets stuck: from wherever they got, everyone doing their part brings the project to its
end. What it rejects for a fault that a project can meet names such a project, and that one meets it.
"""

from __future__ import annotations

from itertools import product

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models.cases.states import ItemState, ProjectState
from models.errors import KaigongError
from models.findings import errors
from rules.cases.instruments.completeness import missing
from rules.cases.progress import can_close
from rules.scenarios.conditions.evaluation import holds
from rules.scenarios.verifier import critical_path, verify
from tests.support.asking import asked_for, papers
from tests.support.finishing import advance, finish, strive
from tests.support.play import Play
from tests.support.random_scenarios import SWITCHES, random_scenarios
from tests.support.sizes import size

S = ItemState
#: Every project there is.
PROJECTS = [dict(zip(SWITCHES, values, strict=True)) for values in product((False, True), repeat=2)]
#: Faults of the text alone, which no project has to meet.
STRUCTURAL = {"cycle", "source_not_before", "source_never_issued", "guard_not_before"}


@settings(
    max_examples=size(30, whole=60),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data(), scenario=random_scenarios(), project=st.sampled_from(PROJECTS))
def test_what_passes_never_gets_stuck_and_what_is_rejected_does(data, scenario, project):
    rejected = errors(verify(scenario))
    for found in rejected:
        event(f"rejected: {found.code}")
        if found.code not in STRUCTURAL:
            REAL[found.code](scenario, found.params)
    if not rejected:
        event("passed")
        people_do_what_they_like(data, play := Play(scenario, **project))
        finish(play)
        assert play.facts.state is ProjectState.COMPLETED
        assert play.differences() == []


def people_do_what_they_like(data, play):
    """Somebody does their part, or anybody asks for anything; most of what is asked for is refused."""
    for _ in range(data.draw(st.integers(5, 40), label="steps")):
        if data.draw(st.booleans(), label="does their part"):
            play.hand_in(*papers(play.facts.scenario))
            advance(play, data.draw(st.sampled_from(sorted(play.facts.items))))
            continue
        asked, actor = data.draw(asked_for(play))
        try:
            play.do(asked, actor)
        except KaigongError:
            continue
        if data.draw(st.integers(0, 3)) == 0:
            play.wait(data.draw(st.sampled_from((1, 6, 31))))


# --- projects that meet a fault -------------------------------------------------------------------


def witnessed(said):
    """The attributes of a project as a finding names them; others have their defaults."""
    pairs = (one.split(" = ") for one in said)
    return dict.fromkeys(SWITCHES, False) | {key: value == "true" for key, value in pairs}


def stays_behind(scenario, params):
    """The item never comes to its end, whatever everybody does."""
    play = Play(scenario, **witnessed(params["witness"]))
    strive(play)
    assert not can_close(play.facts, play.today)
    assert play.state(params["item"]) in (S.WAITING, S.OPEN, S.RECEIVED, S.CORRECTING)


def lacks_its_paper(scenario, params):
    """The item can be applied for, but for a paper: whatever issues that may come later, or never."""
    play = Play(scenario, **witnessed(params["witness"]))
    strive(play, leave=[one.code for one in scenario.items if one.document == params["document"]])
    code = params["item"]
    assert play.state(code) in (S.WAITING, S.OPEN, S.RECEIVED, S.CORRECTING)
    assert params["material"] in missing(
        play.facts.definition(code), play.item(code), play.facts.materials
    )
    others = [one for one in errors(verify(scenario)) if one.params["item"] != code]
    assert others or play.state(code) is not S.WAITING


def begins_too_early(scenario, params):
    """The item can be applied for although the other one, whose form it is held against, was not."""
    play = Play(scenario, **witnessed(params["witness"]))
    strive(play, leave=(params["other"],))
    assert play.state(params["other"]) in (S.WAITING, S.OPEN)
    assert play.state(params["item"]) is not S.WAITING


def takes_longer(scenario, params):
    """The project takes as many counted days as is said, and no project takes more."""
    _, _, inside = params["path"].rpartition(" (")
    said = inside.rstrip(")").split(", ") if " (" in params["path"] else []
    days = critical_path(scenario, witnessed(said)).days
    assert days == params["days"] > scenario.promise.days
    assert days == max(critical_path(scenario, project).days for project in PROJECTS)


def never_holds(scenario, params):
    assert not any(holds(params["condition"], project) for project in PROJECTS)


def never_needed(scenario, params):
    """The days of a guard can be in any order: only an item that nobody needs never passes it."""
    assert not any(holds(scenario.item[params["item"]].when, project) for project in PROJECTS)


REAL = {
    "source_may_be_missing": lacks_its_paper,
    "part_without_whole": stays_behind,
    "guard_may_not_be_before": begins_too_early,
    "promise_broken": takes_longer,
    "condition_never": never_holds,
    "guard_never": never_needed,
}
