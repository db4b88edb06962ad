"""What a joint acceptance stage says in Prefect: the visit to the site, and what is rectified."""

from __future__ import annotations

from models.cases import commands as c
from rules.cases import progress as planning
from services.cases.stage_messages import stage_message
from tests.support.play import Play
from tests.support.states import joint, rectifying


def message(play: Play) -> str:
    return stage_message(play.facts, planning.stage_view(play.facts, "acceptance"), str)


def test_the_visit_to_the_site():
    assert "joint visit to be scheduled: D0" in message(joint().play)
    play = joint(scheduled=True).play
    assert f"joint visit: D0 ({play.today.isoformat()})" in message(play)
    play.do(play.visit("D0"))
    assert "visit" not in message(play)


def test_parts_that_did_not_pass():
    play = rectifying().play
    assert "; being rectified: D1" in message(play)
    assert message(play).startswith("applicant: D0")
    play.do(c.ReportRectification(item="D1", note="done"))
    assert "rectified, to be confirmed: D1" in message(play)
    play.verify("D1").approve("D1")
    assert "rectified" not in message(play)
