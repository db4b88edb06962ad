"""The rehearsal forecasts each promise, from its first event to its last."""

from datetime import date

from models.scenarios.definition import NamedPromise
from rules.rehearsal import Options, simulate
from services.clock.working_calendar import working_calendar
from services.scenarios.scenario_files import shipped
from tests.support.yard import YARD, name

BEGINS = Options(begins=date(2026, 3, 2), over=20)


def test_lang1_half_a_year_is_forecast():
    scenario = shipped()["real-estate-presale"].definition
    assert scenario is not None
    found = simulate(scenario, working_calendar(), 40, 1, BEGINS).promises
    by_key = {forecast.promise: forecast for forecast in found}
    half_year = by_key["land_to_presale"]
    assert half_year.projects == 40
    assert half_year.kept is not None
    assert 0 <= half_year.kept <= 1
    p50, p80, p95 = half_year.days
    assert 27 < p50 <= p80 <= p95
    # A promise that nobody can break, and one that hardly anybody can keep.
    loose, tight = (
        scenario.promises[0].model_copy(update={"days": days, "key": key})
        for days, key in ((60, "loose"), (1, "tight"))
    )
    twice = scenario.model_copy(update={"promises": (loose, tight)})
    shares = {
        forecast.promise: forecast.kept
        for forecast in simulate(twice, working_calendar(), 40, 1, BEGINS).promises
    }
    assert shares["loose"] == 1
    assert shares["tight"] < 0.1


def test_lang1_items_together_and_classes_are_forecast():
    together = NamedPromise(
        key="two", name=name("two"), items=("A1", "A2"), days=400, when="project.phased"
    )
    promising = YARD.model_copy(update={"promises": (together,)})
    forecasts = simulate(promising, working_calendar(), 40, 1, BEGINS)
    [whole, two] = forecasts.promises
    assert whole.kept == forecasts.within_promise
    assert 0 < two.projects < whole.projects
    assert two.kept == 1
    assert two.days[2] <= whole.days[2]
