"""The policy of a district: its choices where the law is silent, and scenarios' overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from models.cases.stewardship import WEIGHT
from models.clock.values import ClockPolicy, Limit, Rung, Thresholds, Trigger, Unit
from models.installation.policy import AppealDecision, BasisFalls, SeparatePosts, StewardWeights
from models.people.post import Post
from models.people.security import LEAST_MONTHS
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.warnings import YellowDefinition
from rules.clock.counting import corresponding_day
from rules.installation.choices import choice

#: Up the ladder [D]: the steward hears of every rung, and with them whom the rung names.
LADDER: Final = (
    Rung("yellow", Trigger.WARNING, audience="handler"),
    Rung("red", Trigger.OVERDUE, audience="handler"),
    Rung("head", Trigger.OVERDUE, after=2, audience="department_head"),
    Rung("supervision", Trigger.OVERDUE, after=5, audience="leader", letter=True),
    Rung("procedure", Trigger.SUSPENSION_OVERRUN, audience="handler"),
    # The end of the limit that the law sets for a decision has a ladder of its own, and a louder one.
    Rung("statutory_yellow", Trigger.STATUTORY_WARNING, audience="management"),
    Rung("statutory", Trigger.STATUTORY_OVERDUE, audience="everyone"),
    Rung(
        "statutory_supervision", Trigger.STATUTORY_OVERDUE, after=2, audience="leader", letter=True
    ),
)


#: Heavier where a project is long and many have a say in it [D] (``domain/stewards`` 2.4).
STEWARD_WEIGHTS = {
    "5g-base-station": 5,
    "factory-warehouse": 10,
    "technical-transformation": 10,
    "industrial-simple": 15,
    "old-community-renovation": 20,
    "government-building": 25,
    "municipal-road": 25,
    "real-estate-presale": 30,
}


@dataclass(frozen=True, slots=True)
class AgencyPolicy:
    """What a district chooses about agents 帮办代办; that they need a written authorisation is law (art. 29)."""

    asked_from: date = choice(date(2027, 1, 1))
    """Day from which stewards need one, too; until then they act as before, with a warning [D]."""
    longest_months: int = choice(12, least=1, most=36)
    """Months that an authorisation may last at most [D]."""
    warned_before: int = choice(10, least=1, most=365)
    """Working days before its last day at which its end is warned of [D]."""
    dispute_days: int = choice(5, least=1, most=365)
    """Working days in which the enterprise may object to an act of its agent [D]."""

    def latest(self, begins: date) -> date:
        """The last day that an authorisation may have which begins on a day."""
        return date.fromordinal(corresponding_day(begins.toordinal(), self.longest_months))


@dataclass(frozen=True, slots=True)
class CommitmentLimits:
    """From a grant on commitment to its check, and from a doubt to the decision; all of them [D]."""

    check: Limit = choice(Limit(2, Unit.MONTH))
    defence: Limit = choice(Limit(5, Unit.WORKING_DAY))
    hearing: Limit = choice(Limit(20, Unit.WORKING_DAY))
    rectification: Limit = choice(Limit(15, Unit.WORKING_DAY))
    decision: Limit = choice(Limit(30, Unit.WORKING_DAY))


@dataclass(frozen=True, slots=True)
class CreditScoring:
    """What weighs how much in the platform's own classification of enterprises, and its cuts; all of them [D]."""

    voiding: int = choice(15, least=0, most=100)
    lapse: int = choice(15, least=0, most=100)
    violation: int = choice(25, least=0, most=100)
    commitment_false: int = choice(30, least=0, most=100)
    fraud: int = choice(70, least=0, most=100)
    commitment_broken: int = choice(15, least=0, most=100)
    false_papers: int = choice(25, least=0, most=100)
    kept: int = choice(2, least=0, most=100)
    """Points for a commitment that was checked and kept."""
    kept_most: int = choice(10, least=0, most=100)
    """Points for all of them together at most."""
    kept_months: int = choice(24, least=0, most=120)
    """Months for which one counts."""
    a: int = choice(85, least=0, most=101)
    """From so many points on an enterprise is in class A; ``b`` and ``c`` likewise, below is D."""
    b: int = choice(70, least=0, most=101)
    c: int = choice(50, least=0, most=101)


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """How people prove who they are, and how long it is known what they did [D]."""

    proof_minutes: int = choice(10, least=1, most=720)
    """Minutes after which somebody gives their password or code again before an act that is hard to undo."""
    log_months: int = choice(6, least=LEAST_MONTHS, most=240)
    """Months that the security log is kept; six at least (Cybersecurity Law art. 21(3))."""
    invitation_hours: int = choice(72, least=1, most=720)
    """Hours for which the link of an invitation opens an account."""
    reset_minutes: int = choice(30, least=5, most=1440)
    """Minutes for which a link sets a new password."""
    unused_months: int = choice(12, least=1, most=120)
    """Months after which an account that nobody used is closed."""
    unused_notice_days: int = choice(14, least=1, most=90)
    """Natural days before that on which its person is told."""
    grave_token_days: int = choice(1, least=1, most=365)
    """Days after which a token for what is hard to undo ends at the latest: it stands for a proof."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a district chooses where the law is silent; every default is [D] unless marked.

    A district writes its choices into ``policy.yaml``; what is shipped equals these defaults.
    """

    make_up: Limit = choice(Limit(30, Unit.WORKING_DAY))
    """From the approval to the making good of a deferred material [S:004 case 12]."""
    appeal: Limit = choice(Limit(60, Unit.NATURAL_DAY))
    """From a voiding to the end of the period to appeal against it or be reinstated [D]."""
    appeal_decision: Limit = choice(Limit(60, Unit.NATURAL_DAY), read_as=AppealDecision)
    """From an appeal to the decision on it [D, by analogy to Reconsideration Law art. 62]."""
    verification: Limit = choice(Limit(5, Unit.WORKING_DAY))
    """From the handing in of a deferred material to its verification [D]."""
    pre_check: Limit = choice(Limit(1, Unit.WORKING_DAY))
    """From the registration without a code to its code, or to what is wrong [S:004 case 12]."""
    result_notice: Limit = choice(Limit(1, Unit.WORKING_DAY))
    """From a decision to its being told to the applicant [S:004 case 12]."""
    window_sees_first: bool = choice(True)
    """Whether the window sees what is applied for before its department does, and has that day for it [D]."""
    grace: Limit = choice(Limit(5, Unit.WORKING_DAY))
    """What somebody has at least who was not reminded of a last day before it was over [D]."""
    put_right: Limit = choice(Limit(5, Unit.WORKING_DAY))
    """What an applicant has at the least from the return of a deferred material [D]."""
    separate_posts: Mapping[Post, Post] = choice({}, read_as=SeparatePosts)
    """Pairs of posts that nobody has both of, besides those that hold everywhere [D]."""
    deputies_of_heads: bool = choice(False)
    """[M] Whether a deputy head does what the law leaves to the head of the authority (art. 42)."""
    decider_may_be_handler: bool = choice(False)
    """Whether who accepted an application may decide it [D: separation of duties]."""
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(halfway=True))
    """When a light turns yellow [D]."""
    ladder: tuple[Rung, ...] = LADDER
    """Who is warned when, up to the supervision letter 督办函 [D]."""
    supervision_reply: Limit = choice(Limit(3, Unit.WORKING_DAY))
    """From a supervision letter to the written answer of the department [D]."""
    item_thresholds: Mapping[str, Thresholds] = field(default_factory=dict)
    """Item code → when its light turns yellow, where its scenario says so; see :meth:`under`."""
    phase_yellow: Mapping[str, int] = field(default_factory=dict)
    """Permit of one phase → natural days before the last day for the next one, yellow [D]."""
    clock: ClockPolicy = field(default_factory=ClockPolicy)
    agency: AgencyPolicy = field(default_factory=AgencyPolicy)
    steward_within: int = choice(1, least=1, most=20)
    """Working days in which a steward is assigned where none was on duty at the registration [D]."""
    handover_signed_within: int = choice(2, least=1, most=20)
    """Working days in which a hand-over list is signed before both sides and leaders are told [D]."""
    steward_weights: Mapping[str, int] = choice(STEWARD_WEIGHTS, read_as=StewardWeights)
    """Key of a scenario → what a project of it weighs in the load of its steward [D]."""
    credit_threshold: int = choice(1, at="credit.threshold", least=1, most=1000)
    """Unrepaired dishonesties from which on an enterprise can neither defer nor commit itself [D]."""
    credit_length: Limit | None = choice(Limit(12, Unit.MONTH), at="credit.length")
    """How long a dishonesty counts when nobody repairs it [D]; ``None``: for ever."""
    milestone_years_back: int = choice(10, at="milestones.years_back", least=0, most=50)
    """How many years before that of the project's code a milestone is believed [D]."""
    milestone_asked_after: Limit = choice(Limit(12, Unit.MONTH), at="milestones.asked_after")
    """From how long ago on the day of a milestone has to be confirmed [D]."""
    credit_serious_length: Limit | None = choice(Limit(36, Unit.MONTH), at="credit.serious_length")
    """The same of a false commitment or a grant got by deception [D]; ``None``: for ever."""
    credit_scoring: CreditScoring = field(default_factory=CreditScoring)
    commitment: CommitmentLimits = field(default_factory=CommitmentLimits)
    basis_falls: BasisFalls = choice(BasisFalls.WAIT)
    """What becomes of a case under examination when an approval that it builds on falls [D]."""
    security: SecurityPolicy = field(default_factory=SecurityPolicy)

    def steward_weight(self, scenario: str) -> int:
        """What a project of a scenario weighs in the load of its steward."""
        return self.steward_weights.get(scenario, WEIGHT)

    def thresholds_of(self, item: str) -> Thresholds:
        """When the light of an item turns yellow."""
        return self.item_thresholds.get(item, self.thresholds)

    def under(self, scenario: ScenarioDefinition) -> Policy:
        """The policy with a scenario's warning settings; unset ones stay as they are."""
        warnings = scenario.warnings
        thresholds = _thresholds(self.thresholds, warnings.yellow if warnings else None)
        days = (
            {"head": warnings.head_after, "supervision": warnings.supervision_after}
            if warnings
            else {}
        )
        return replace(
            self,
            thresholds=thresholds,
            ladder=tuple(_rung(rung, days.get(rung.key)) for rung in self.ladder),
            item_thresholds={
                item.code: _thresholds(thresholds, item.yellow)
                for item in scenario.items
                if item.yellow is not None
            },
            phase_yellow={
                item.code: item.next_phase.yellow_days
                for item in scenario.items
                if item.next_phase is not None
            },
        )


def _thresholds(before: Thresholds, definition: YellowDefinition | None) -> Thresholds:
    if definition is None:
        return before
    percent = before.percent if definition.percent is None else definition.percent
    days = before.working_days if definition.working_days is None else definition.working_days
    return Thresholds(percent, days)


def _rung(rung: Rung, after: int | None) -> Rung:
    return rung if after is None else replace(rung, after=after)
