"""The figures (``domain/figures``). Adding one: its declaration here, its words in ``config/locales``, ``make docs``."""

from __future__ import annotations

from collections.abc import Mapping

from config.texts import Word
from models.cases.case_round import AcceptanceKind, Channel, RoundOutcome
from rules.figures.conditions import Is, Known, Later, NotAfter, OneOf, Within
from rules.figures.definition import (
    ACCEPTED,
    DUE,
    ENDED,
    RECEIVED,
    RESTORED,
    STATUTORY_DUE,
    VOIDED,
    FigureDefinition,
    FigureUnit,
)

#: Ended by a decision 办结: a denial is one too, a withdrawal and an answer at intake are none.
CONCLUDED = OneOf(
    "outcome",
    frozenset(
        {RoundOutcome.GRANTED, RoundOutcome.CONDITIONALLY_GRANTED, RoundOutcome.DENIED},
    ),
)

GRANTS = frozenset({RoundOutcome.GRANTED, RoundOutcome.CONDITIONALLY_GRANTED})

DEFINITIONS = (
    FigureDefinition(
        key="on_time_rate",
        number="A7",
        name=Word("Promise kept"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds decided in the period whose clock stopped by the promised last day,"
            " of all rounds decided in the period that had one."
        ),
        excludes=Word(
            "Open rounds, however late; withdrawn applications, answers at intake, parts of joint items;"
            " [D] rounds for which nothing was promised."
        ),
        source="Limits by promise and by statute [S:004 case 23]; the rate and its base [D]",
        moment=ENDED,
        of=(CONCLUDED, Known("promised_due_on")),
        counts=(NotAfter("clock_stopped_on", "promised_due_on"),),
    ),
    FigureDefinition(
        key="on_time_rate_statutory",
        number="A8",
        name=Word("Statutory limit kept"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds decided in the period whose clock stopped by the statutory last day,"
            " of all rounds decided in the period that had one."
        ),
        excludes=Word(
            "Open rounds, however late; withdrawn applications, answers at intake, parts of joint items;"
            " [D] rounds without a statutory limit."
        ),
        source="Limits by promise and by statute [S:004 case 23], Licensing Law art. 42 [L]; the rate and its base [D]",
        moment=ENDED,
        of=(CONCLUDED, Known("statutory_due_on")),
        counts=(NotAfter("clock_stopped_on", "statutory_due_on"),),
    ),
    FigureDefinition(
        key="accepted_at_once_rate",
        number="",
        name=Word("Accepted at once"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Applications accepted by an officer on the day of their receipt without a notice of"
            " corrections, of all applications accepted in the period."
        ),
        excludes=Word(
            "Acceptance by silence as accepted at once (it is in the denominator); examinations that the"
            " authority opens itself; parts of joint items."
        ),
        source="[D]: no source defines it; Licensing Law art. 32 [L] says what acceptance is",
        moment=ACCEPTED,
        of=(Known("channel"),),
        counts=(
            Is("acceptance_kind", AcceptanceKind.EXPLICIT),
            NotAfter("accepted_on", "received_on"),
            Within("notices", 0, 0),
        ),
    ),
    FigureDefinition(
        key="instant_share_cases",
        number="A15",
        name=Word("Decided on the spot"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds decided on the day of their acceptance without a special procedure,"
            " of all rounds decided in the period."
        ),
        excludes=Word(
            "Items that are merely classed as instant and took longer; withdrawn applications, answers at"
            " intake, parts of joint items."
        ),
        source="[S:001 §31] asks for it of cases at windows; over all channels [D]",
        moment=ENDED,
        of=(CONCLUDED,),
        counts=(Is("instant", value=True),),
    ),
    FigureDefinition(
        key="one_time_notice_rate",
        number="A17",
        name=Word("Told everything at once"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds received in the period with exactly one notice of corrections,"
            " of those with at least one."
        ),
        excludes=Word(
            "Rounds without a notice, and what was put right on the spot; a notice that the head ordered"
            " beyond the first is not excused."
        ),
        source="Licensing Law art. 32 [L]; the measure [D]",
        moment=RECEIVED,
        of=(Within("notices", 1),),
        counts=(Within("notices", 1, 1),),
    ),
    FigureDefinition(
        key="repeated_notice_rate",
        number="A17",
        name=Word("More than one correction notice"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds received in the period with more than one notice of corrections,"
            " of those with at least one."
        ),
        excludes=Word(
            "Rounds without a notice, and what was put right on the spot; a notice that the head ordered"
            " beyond the first is counted."
        ),
        source="Licensing Law art. 32 [L]; the rest of A17 [D]",
        moment=RECEIVED,
        of=(Within("notices", 1),),
        counts=(Within("notices", 2),),
    ),
    FigureDefinition(
        key="counted_days",
        number="A12",
        name=Word("Working days to decide, median"),
        unit=FigureUnit.WORKING_DAY,
        formula=Word(
            "Median of the working days that the limit to decide ran, over the rounds decided in the"
            " period; the mean and the ninth decile stand beside it."
        ),
        excludes=Word(
            "Natural days, the applicant's time and special procedures; rounds of which no limit to"
            " decide ran; withdrawn applications, answers at intake, parts of joint items."
        ),
        source="Counting of working days: Licensing Law art. 82 [L]; the median by nearest rank [D]",
        moment=ENDED,
        of=(CONCLUDED,),
        measures="counted_days",
    ),
    FigureDefinition(
        key="received",
        number="A1",
        name=Word("Applications received"),
        unit=FigureUnit.CASE,
        formula=Word("Rounds received in the period, complete or not."),
        excludes=Word(
            "Drafts; the same round again after a correction; examinations that the authority opens itself; parts of joint items."
        ),
        source="[D]: receipt of an application, Licensing Law art. 32 [L]",
        moment=RECEIVED,
        of=(Known("channel"),),
    ),
    FigureDefinition(
        key="accepted",
        number="A2",
        name=Word("Applications accepted"),
        unit=FigureUnit.CASE,
        formula=Word("Rounds accepted in the period, by an officer or by silence."),
        excludes=Word("Examinations that the authority opens itself; parts of joint items."),
        source="Licensing Law art. 32 [L]",
        moment=ACCEPTED,
        of=(Known("channel"),),
    ),
    FigureDefinition(
        key="accepted_by_silence",
        number="A2",
        name=Word("Accepted by silence"),
        unit=FigureUnit.CASE,
        formula=Word("Rounds accepted in the period because nobody answered in time."),
        excludes=Word("What an officer accepted; parts of joint items."),
        source="Licensing Law art. 32 [L]",
        moment=ACCEPTED,
        of=(Is("acceptance_kind", AcceptanceKind.DEEMED),),
    ),
    FigureDefinition(
        key="concluded",
        number="A3",
        name=Word("Rounds decided"),
        unit=FigureUnit.CASE,
        formula=Word(
            "Rounds decided in the period: granted, granted with papers to follow, or denied."
        ),
        excludes=Word(
            "Withdrawn applications, answers at intake, preliminary opinions, parts of joint items; a later voiding takes nothing away."
        ),
        source="Decision: Licensing Law art. 37, 38 [L]",
        moment=ENDED,
        of=(CONCLUDED,),
    ),
    FigureDefinition(
        key="not_accepted",
        number="A3",
        name=Word("Not accepted at intake"),
        unit=FigureUnit.CASE,
        formula=Word(
            "Rounds that ended in the period with an answer at intake: not accepted, or no licence needed."
        ),
        excludes=Word("Denials, which are decisions; withdrawn applications."),
        source="Licensing Law art. 32 [L]",
        moment=ENDED,
        of=(OneOf("outcome", frozenset({RoundOutcome.NOT_ACCEPTED, RoundOutcome.NOT_REQUIRED})),),
    ),
    FigureDefinition(
        key="withdrawn",
        number="A3",
        name=Word("Applications withdrawn"),
        unit=FigureUnit.CASE,
        formula=Word("Rounds that the applicant withdrew in the period."),
        excludes=Word("Decisions and answers at intake."),
        source="[D]",
        moment=ENDED,
        of=(Is("outcome", RoundOutcome.WITHDRAWN),),
    ),
    FigureDefinition(
        key="open_cases",
        number="A4",
        name=Word("Rounds under way"),
        unit=FigureUnit.CASE,
        formula=Word(
            "Rounds that were accepted before the end of the period and had not ended then, special procedures among them."
        ),
        excludes=Word(
            "Rounds that wait for corrections and are not accepted; parts of joint items."
        ),
        source="[D]",
        moment=ACCEPTED,
        of=(),
        stock=True,
    ),
    FigureDefinition(
        key="newly_overdue",
        number="A9",
        name=Word("Newly late for the promise"),
        unit=FigureUnit.CASE,
        formula=Word(
            "Rounds whose promised last day lies in the period and whose clock had not stopped by its end."
        ),
        excludes=Word(
            "Rounds under a special procedure on that day: their last day moves; what falls due today."
        ),
        source="Limits by promise [S:004 case 23]; the count [D]",
        moment=DUE,
        of=(Known("accepted_on"), Later("clock_stopped_on", "promised_due_on")),
        late="promised_due_on",
    ),
    FigureDefinition(
        key="newly_overdue_statutory",
        number="A9",
        name=Word("Newly late for the statute"),
        unit=FigureUnit.CASE,
        formula=Word(
            "Rounds whose statutory last day lies in the period and whose clock had not stopped by its end."
        ),
        excludes=Word(
            "Rounds under a special procedure on that day: their last day moves; what falls due today."
        ),
        source="Licensing Law art. 42 [L]; the count [D]",
        moment=STATUTORY_DUE,
        of=(Known("accepted_on"), Later("clock_stopped_on", "statutory_due_on")),
        late="statutory_due_on",
    ),
    FigureDefinition(
        key="open_overdue",
        number="A10",
        name=Word("Open and late for the promise"),
        unit=FigureUnit.CASE,
        formula=Word(
            "Rounds under way at the end of the period whose promised last day was over and whose clock was running."
        ),
        excludes=Word(
            "Rounds under a special procedure, and those with a preliminary opinion: their clock stands."
        ),
        source="Limits by promise [S:004 case 23]; the count [D]",
        moment=ACCEPTED,
        of=(),
        stock=True,
        late="promised_due_on",
    ),
    FigureDefinition(
        key="open_overdue_statutory",
        number="A10",
        name=Word("Open and late for the statute"),
        unit=FigureUnit.CASE,
        formula=Word(
            "Rounds under way at the end of the period whose statutory last day was over and whose clock was running."
        ),
        excludes=Word(
            "Rounds under a special procedure, and those with a preliminary opinion: their clock stands."
        ),
        source="Licensing Law art. 42 [L]; the count [D]",
        moment=ACCEPTED,
        of=(),
        stock=True,
        late="statutory_due_on",
    ),
    FigureDefinition(
        key="online_share",
        number="A14",
        name=Word("Applied for on-line"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds received in the period through the portal, a phone or an agent, of all rounds received whose channel is known."
        ),
        excludes=Word("Rounds that another system handed in; rounds without a channel."),
        source="[S:001 §32] asks for 80 %; the channels [D]",
        moment=RECEIVED,
        of=(OneOf("channel", frozenset(Channel) - {Channel.API}),),
        counts=(OneOf("channel", frozenset({Channel.PORTAL, Channel.MOBILE, Channel.AGENT})),),
    ),
    FigureDefinition(
        key="instant_share_windows",
        number="A15",
        name=Word("Decided on the spot at windows"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds handed in at a window or a station and decided on the day of their acceptance without a special procedure, of all such rounds decided in the period."
        ),
        excludes=Word(
            "Rounds of other channels; items that are merely classed as instant and took longer."
        ),
        source="[S:001 §31]",
        moment=ENDED,
        of=(CONCLUDED, OneOf("channel", frozenset({Channel.WINDOW, Channel.STATION}))),
        counts=(Is("instant", value=True),),
    ),
    FigureDefinition(
        key="correction_per_case",
        number="A16",
        name=Word("Correction notices per application"),
        unit=FigureUnit.PER_CASE,
        formula=Word("Notices of corrections, by rounds received in the period."),
        excludes=Word(
            "What was put right on the spot; examinations that the authority opens itself."
        ),
        source="[D]",
        moment=RECEIVED,
        of=(Known("channel"),),
        measures="notices",
    ),
    FigureDefinition(
        key="first_pass_rate",
        number="A19",
        name=Word("Granted at the first attempt"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds decided in the period that were the first of their item, granted or granted with papers to follow, without a notice of corrections, of all rounds decided in the period."
        ),
        excludes=Word("Later rounds and denials as granted at once; they are in the denominator."),
        source="[D]",
        moment=ENDED,
        of=(CONCLUDED,),
        counts=(
            Within("round", 1, 1),
            Within("notices", 0, 0),
            OneOf("outcome", GRANTS),
        ),
    ),
    FigureDefinition(
        key="rework",
        number="A20",
        name=Word("Applied for again"),
        unit=FigureUnit.CASE,
        formula=Word("Rounds received in the period that are not the first of their item."),
        excludes=Word("First applications; the same round again after a correction."),
        source="[D]",
        moment=RECEIVED,
        of=(Within("round", 2),),
    ),
    FigureDefinition(
        key="deferral_share",
        number="C6",
        name=Word("Granted with papers to follow"),
        unit=FigureUnit.PERCENT,
        formula=Word(
            "Rounds granted in the period with papers that were allowed to follow, of all rounds granted in the period."
        ),
        excludes=Word("Denials."),
        source="[S:002 八]; the share [D]",
        moment=ENDED,
        of=(OneOf("outcome", GRANTS),),
        counts=(Is("outcome", RoundOutcome.CONDITIONALLY_GRANTED),),
    ),
    FigureDefinition(
        key="voided",
        number="C4",
        name=Word("Approvals voided"),
        unit=FigureUnit.CASE,
        formula=Word("Rounds whose approval was voided in the period, by its last voiding."),
        excludes=Word("The decision itself, which stays counted in its own period."),
        source="[S:004 case 12]; the count [D]",
        moment=VOIDED,
        of=(),
    ),
    FigureDefinition(
        key="restored",
        number="C5",
        name=Word("Approvals restored"),
        unit=FigureUnit.CASE,
        formula=Word("Rounds whose approval was restored in the period, by its last restoration."),
        excludes=Word("The voiding, which stays counted."),
        source="[D]",
        moment=RESTORED,
        of=(),
    ),
)

FIGURES: Mapping[str, FigureDefinition] = {figure.key: figure for figure in DEFINITIONS}
