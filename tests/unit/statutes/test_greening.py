"""城市绿化条例第11条: the greening authority takes part, and its silence is no consent."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from rules.cases.acts.consultation import AnswersOutstanding, NotSilentYet
from rules.cases.instruments.consultation import of_round, unanswered
from services.scenarios.scenario_files import catalogue, shipped
from tests.support.play import Play

GREENING = "urban_mgmt_transport_bureau"


def asked(play: Play, code: str) -> tuple[str, ...]:
    return unanswered(of_round(play.facts.items, play.facts.consultations, code))


@pytest.mark.parametrize("code", ["B01", "B02"])
def test_gr11_its_silence_is_no_consent(code):
    asks = {consult.department: consult for consult in catalogue().item[code].consults}
    assert not asks[GREENING].silence_is_consent
    assert asks[GREENING].by_statute


def test_gr11_where_no_scheme_is_reviewed_it_takes_part_in_the_permit():
    """An industrial project is spared the review of its scheme, not the greening authority."""
    play = Play(shipped()["industrial-simple"].definition).conclude("E0", "A01", "A07")
    play.apply("B02").accept("B02")
    assert asked(play, "B02") == (GREENING,)
    play.wait(4)
    with pytest.raises(NotSilentYet):
        play.do(c.DeemAgreed(item="B02"))
    with pytest.raises(AnswersOutstanding):
        play.approve("B02")
    play.verify("B02").approve("B02")
    assert play.differences() == []


def test_gr11_it_is_not_asked_again_about_what_it_reviewed():
    play = Play(shipped()["real-estate-presale"].definition).conclude("E0", "A01", "A07", "B01")
    play.apply("B02").accept("B02")
    assert asked(play, "B02") == ()
    play.approve("B02")
