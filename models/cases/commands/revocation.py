"""What a grant rests on is checked after it; a grant is revoked, with notice and defence, or given back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands.base import Entry, ItemCommand, Login, Prompt, Remark, Sentence
from models.cases.commitment import CheckKind, EndGround

RevocationGround = Literal[
    EndGround.FALSE_COMMITMENT,
    EndGround.FRAUD,
    EndGround.BROKEN_COMMITMENT,
    EndGround.ABUSE,
    EndGround.NO_COMPETENCE,
    EndGround.PROCEDURE,
    EndGround.INELIGIBLE,
    EndGround.OTHER,
]
RecallGround = Literal[EndGround.LAW_CHANGED, EndGround.CIRCUMSTANCES_CHANGED]
ToldFirst = Literal[EndGround.EXPIRED, EndGround.FORCE_MAJEURE, EndGround.CANCELLED_BY_LAW]
CancellationGround = Literal[
    EndGround.EXPIRED,
    EndGround.HOLDER_GONE,
    EndGround.BODY_ENDED,
    EndGround.WITHDRAWN_AS_PENALTY,
    EndGround.FORCE_MAJEURE,
    EndGround.CANCELLED_BY_LAW,
]
Facts = Annotated[Sentence, Field(title="Facts"), Prompt(hint="The holder is told these words.")]
Evidence = Annotated[Sentence, Field(title="Evidence, document by document")]
Officers = Annotated[
    tuple[Login, ...],
    Field(title="Officers who check (sign-in names; on the spot two at least)", max_length=20),
    Prompt(Entry.LOGINS),
]


class BeginCommitmentCheck(ItemCommand):
    """Begin to check what a grant on commitment rests on 事后核查."""

    act: Literal["begin_commitment_check"] = "begin_commitment_check"
    kind: Annotated[CheckKind, Field(title="How it is checked")]
    officers: Officers = ()


class RecordCommitmentCheck(ItemCommand):
    """What the check of a commitment found: kept, or to be doubted."""

    act: Literal["record_commitment_check"] = "record_commitment_check"
    kept: Annotated[bool, Prompt(buttons=("The commitment is kept", "It is false or not kept"))]
    finding: Annotated[Sentence, Field(title="What was found, and how")]


class AnnounceRevocation(ItemCommand):
    """Tell the holder that a grant may be revoked 拟撤销告知: facts, ground, evidence, and its rights."""

    act: Literal["announce_revocation"] = "announce_revocation"
    ground: Annotated[RevocationGround, Field(title="Ground (Licensing Law art. 69)")]
    facts: Facts
    evidence: Evidence


class StateDefence(ItemCommand):
    """The holder states its case 陈述申辩, and asks for a hearing if it wants one."""

    act: Literal["state_defence"] = "state_defence"
    statement: Annotated[Sentence, Field(title="What you have to say")]
    hearing: Annotated[bool, Field(title="A hearing is asked for")] = False


class HoldRevocationHearing(ItemCommand):
    """Record that the hearing that was asked for was held 听证."""

    act: Literal["hold_revocation_hearing"] = "hold_revocation_hearing"
    held_on: Annotated[date, Field(title="Held on"), Prompt(until_today=True)]
    record: Annotated[Sentence, Field(title="What was said there")]


class AssessCommitment(ItemCommand):
    """Assess what was suspected after the holder was heard, or what was put right since."""

    act: Literal["assess_commitment"] = "assess_commitment"
    outcome: Annotated[
        Literal["cleared", "rectify", "rectified", "revoke_proposed"],
        Field(title="Outcome"),
        Prompt(
            choices=(
                ("cleared", "Nothing to it: the grant stands"),
                ("rectify", "The condition can still be met, within a period"),
                ("rectified", "Put right in time: kept, though late"),
                ("revoke_proposed", "Proposed to the head for revocation"),
            )
        ),
    ]
    reason: Annotated[
        Sentence,
        Field(title="Reason"),
        Prompt(hint="It answers what the holder has said."),
    ]


class RevokeLicence(ItemCommand):
    """The head revokes a grant 撤销, or keeps it for the public interest (Licensing Law art. 69)."""

    act: Literal["revoke_licence"] = "revoke_licence"
    revoked: Annotated[
        bool,
        Prompt(buttons=("Revoke the grant", "Keep it: revoking would harm the public interest")),
    ]
    reason: Annotated[Sentence, Field(title="Reason")]
    compensation: Annotated[
        Remark,
        Field(title="Compensation of lawful interests"),
        Prompt(hint="Where the ground is the authority's own (art. 69(4)); else leave it empty."),
    ] = ""


class AnnounceRecall(ItemCommand):
    """Tell the holder that a grant may be recalled 拟撤回告知, for what changed since (Licensing Law art. 8)."""

    act: Literal["announce_recall"] = "announce_recall"
    ground: Annotated[RecallGround, Field(title="Ground (Licensing Law art. 8)")]
    facts: Annotated[
        Sentence,
        Field(title="What changed, and why the public interest asks for it"),
        Prompt(hint="The holder is told these words."),
    ]
    evidence: Evidence


class RecallApproval(ItemCommand):
    """The head recalls a grant 撤回, with compensation, or leaves it standing (Licensing Law art. 8)."""

    act: Literal["recall_approval"] = "recall_approval"
    recalled: Annotated[bool, Prompt(buttons=("Recall the grant", "Leave it standing"))]
    reason: Annotated[
        Sentence, Field(title="Reason"), Prompt(hint="It answers what the holder has said.")
    ]
    compensation: Annotated[
        Remark,
        Field(title="Compensation of the loss"),
        Prompt(hint="What is compensated and how, or that no loss arose (art. 8)."),
    ] = ""


class AnnounceCancellation(ItemCommand):
    """Tell the holder that a grant may be cancelled 拟注销告知 (Licensing Law art. 70)."""

    act: Literal["announce_cancellation"] = "announce_cancellation"
    ground: Annotated[ToldFirst, Field(title="Ground (Licensing Law art. 70)")]
    facts: Facts
    evidence: Evidence


class CancelLicence(ItemCommand):
    """The head cancels a grant 注销, or leaves it standing (Licensing Law art. 70)."""

    act: Literal["cancel_licence"] = "cancel_licence"
    ground: Annotated[CancellationGround, Field(title="Ground (Licensing Law art. 70)")]
    reason: Annotated[Sentence, Field(title="Reason")]
    evidence: Annotated[
        Remark,
        Field(title="Evidence, document by document"),
        Prompt(
            hint="Where the holder need not be told first: the record or decision that says so."
        ),
    ] = ""
    cancelled: Annotated[bool, Prompt(buttons=("Cancel the grant", "Leave it standing"))]


class SurrenderApproval(ItemCommand):
    """The holder gives back what the project does not need any more 交回注销."""

    act: Literal["surrender_approval"] = "surrender_approval"
    reason: Annotated[Sentence, Prompt(default="The project does not need it any more.")]
