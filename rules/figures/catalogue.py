"""The figures (``domain/figures``). Adding one: its declaration here, its words in ``config/locales``, ``make docs``."""

from __future__ import annotations

from collections.abc import Mapping

from config.texts import Word
from models.cases.case_round import AcceptanceKind, RoundOutcome
from rules.figures.conditions import Is, Known, NotAfter, OneOf, Within
from rules.figures.definition import ACCEPTED, ENDED, RECEIVED, FigureDefinition, FigureUnit

#: Ended by a decision 办结: a denial is one too, a withdrawal and an answer at intake are none.
CONCLUDED = OneOf(
    "outcome",
    frozenset(
        {RoundOutcome.GRANTED, RoundOutcome.CONDITIONALLY_GRANTED, RoundOutcome.DENIED},
    ),
)

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
)

FIGURES: Mapping[str, FigureDefinition] = {figure.key: figure for figure in DEFINITIONS}
