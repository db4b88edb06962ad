"""What holds of every project whatever happened in it: asked of its facts after every step."""

from __future__ import annotations

from collections import Counter

from models.cases.consultation import ConsultationState
from models.cases.facts import ProjectFacts
from models.cases.states import (
    IN_EXAMINATION,
    NOTHING_BUILT,
    OPEN_DEFICIENCY,
    SATISFIED,
    UNDER_EXAMINATION,
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
)
from models.scenarios.definition import MaterialClass
from rules.cases.instruments.completeness import provided
from rules.cases.instruments.preliminary import due_again
from rules.cases.instruments.rectification import only_rectification

S = ItemState
#: Kinds of which several can run at a time, each about a subject of its own.
SEVERAL = {ClockKind.MAKE_UP, ClockKind.CONSULTATION, ClockKind.VERIFICATION}
#: Of a grant that rests on a commitment, or is to be revoked.
AFTER = {
    ClockKind.COMMITMENT_CHECK,
    ClockKind.DEFENCE,
    ClockKind.REVOCATION_HEARING,
    ClockKind.COMMITMENT_RECTIFY,
    ClockKind.REVOCATION,
}
MAY_RUN = {
    S.WAITING: {ClockKind.PRE_CHECK},
    S.RECEIVED: {ClockKind.CORRECTION_WINDOW, ClockKind.WINDOW_LOOK},
    S.ACCEPTED: {ClockKind.DECISION, ClockKind.CONSULTATION},
    S.RECTIFYING: {ClockKind.DECISION, ClockKind.CONSULTATION},
    S.SUSPENDED: {ClockKind.DECISION, ClockKind.CONSULTATION},
    S.PRELIMINARY: {ClockKind.DECISION, ClockKind.MAKE_UP, ClockKind.VERIFICATION},
    S.CONDITIONALLY_GRANTED: {
        ClockKind.MAKE_UP,
        ClockKind.VERIFICATION,
        ClockKind.DELIVERY,
        ClockKind.RESULT_NOTICE,
        *AFTER,
    },
    S.GRANTED: {ClockKind.DELIVERY, ClockKind.RESULT_NOTICE, *AFTER},
    S.DENIED: {ClockKind.RESULT_NOTICE},
    S.NOT_ACCEPTED: {ClockKind.RESULT_NOTICE},
    S.NOT_REQUIRED: {ClockKind.RESULT_NOTICE},
}


def check_clocks(facts: ProjectFacts, code: str) -> None:
    item = facts.items[code]
    running = [
        clock
        for clock in facts.clocks.values()
        if clock.item == code and clock.state is not ClockState.STOPPED and not clock.of_project
    ]
    # An appeal is against the round that was voided, whatever was begun since.
    running = [clock for clock in running if clock.kind != ClockKind.APPEAL_DECISION]
    assert all(clock.round == item.round for clock in running)
    kinds = Counter(clock.kind for clock in running)
    assert set(kinds) <= MAY_RUN.get(item.state, set()), f"{code} is {item.state}: {kinds}"
    assert all(n == 1 for kind, n in kinds.items() if kind not in SEVERAL)
    if item.state is S.RECEIVED:
        assert kinds[ClockKind.CORRECTION_WINDOW] == 1
    decided_later = (S.ACCEPTED, S.RECTIFYING, S.SUSPENDED, S.PRELIMINARY)
    if item.state in decided_later and facts.definition(code).promised:
        assert kinds[ClockKind.DECISION] == 1
    if due_again(facts, code):
        held = [c.state for c in running if c.kind == ClockKind.DECISION]
        assert ClockState.SUSPENDED not in held
    if item.state in (S.RECTIFYING, S.SUSPENDED):
        held = [c.state for c in running if c.kind == ClockKind.DECISION]
        assert held in ([ClockState.SUSPENDED], [])


def check_consultations(facts: ProjectFacts, code: str) -> None:
    """Whoever has still to answer is asked about an examination that goes on, under a clock."""
    item = facts.items[code]
    asked = {
        one.department
        for one in facts.consultations.values()
        if one.item == code and one.state is ConsultationState.ASKED
    }
    assert not asked or item.state in UNDER_EXAMINATION
    running = {
        clock.subject
        for clock in facts.clocks.values()
        if clock.item == code
        and clock.kind == ClockKind.CONSULTATION
        and clock.state is not ClockState.STOPPED
    }
    assert running == asked


def check_parts(facts: ProjectFacts, whole: str) -> None:
    """Parts are examined while the whole is; it waits for the applicant exactly when they all do."""
    parts = [facts.items[code] for code in facts.scenario.parts.get(whole, ())]
    state = facts.items[whole].state
    if state not in UNDER_EXAMINATION:
        assert all(part.state not in IN_EXAMINATION | {S.RECTIFYING} for part in parts)
    elif parts and state in (S.ACCEPTED, S.RECTIFYING):
        waits = only_rectification(facts.scenario, facts.items, whole)
        assert (state is S.RECTIFYING) is waits


def check_deficiencies(facts: ProjectFacts, code: str) -> None:
    item = facts.items[code]
    open_ones = facts.open_deficiencies(code)
    assert all(d.owner for d in open_ones)
    if item.state is S.CONDITIONALLY_GRANTED:
        assert open_ones
    elif item.state is not S.PRELIMINARY:
        assert open_ones == ()
    for deficiency in facts.deficiencies.values():
        if deficiency.item == code and deficiency.round < item.round:
            assert deficiency.state not in OPEN_DEFICIENCY
    make_up = {
        clock.subject
        for clock in facts.clocks.values()
        if clock.item == code
        and clock.kind == ClockKind.MAKE_UP
        and clock.state is not ClockState.STOPPED
    }
    assert make_up == {d.material for d in open_ones}
    for deficiency in open_ones:
        there = provided(facts.materials, deficiency.material)
        # What another department returned is still to verify here.
        assert not there or deficiency.state is DeficiencyState.SUBMITTED


def check_new_grants(before: ProjectFacts, after: ProjectFacts) -> None:
    """At the moment of a grant: nothing it builds on is missing, and no core material."""
    for code, item in after.items.items():
        granted = item.state in (S.GRANTED, S.CONDITIONALLY_GRANTED)
        if not granted or before.items[code].state in (S.GRANTED, S.CONDITIONALLY_GRANTED):
            continue
        definition = after.definition(code)
        assert all(after.items[one].state in SATISFIED for one in definition.after)
        assert all(
            after.items[one].state in SATISFIED for one in after.scenario.parts.get(code, ())
        )
        for required in definition.materials:
            if required.material_class in (MaterialClass.CORE, MaterialClass.SHARED):
                assert provided(after.materials, required.material)
            elif required.material_class is MaterialClass.COMMITMENT:
                assert provided(after.materials, required.material) or item.commitment


def check_new_voidings(before: ProjectFacts, after: ProjectFacts) -> None:
    """Whatever stood or was examined on the strength of a voided approval is seen to."""
    for key, voiding in after.voidings.items():
        if key in before.voidings:
            continue
        for code in after.scenario.dependents[voiding.item]:
            if before.items[code].state not in NOTHING_BUILT | {S.CONCLUDED}:
                item = after.items[code]
                assert item.re_examination or item.state is S.VOIDED, code
