"""``decide_matter``: the pure core of every act on a matter, whatever its kind.

Facts and a command in, facts, event and messages out. What an act is (who, from where to where, with which
form, under which guards) the kind says; nothing here names a kind or one of its acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from config.texts import Word
from models.errors import Conflict, KaigongError, NotPermitted
from models.matters.commands import ActOnMatter, FileMatter
from models.matters.definition import Effects, Identity, KindAct, KindDefinition, Way
from models.matters.facts import MatterFacts, MatterOutcome, MatterRow
from models.people.actor import Role
from models.values import Text
from rules.formats import parse_credit_code
from rules.matters.asking import holds, lookup
from rules.matters.context import MatterContext
from rules.matters.draft import ACTED, FILED, MatterDraft, standing
from rules.matters.filling import filled_in
from rules.matters.predicates import PREDICATES, holding


class ActUnknown(KaigongError):
    template = "act: {value} is no act of {kind}; its acts are: {acts}."
    field = "act"


class MatterChanged(Conflict):
    template = "version: the matter was changed in the meantime (it is at version {now}, you looked at {looked}). Look again, then act."
    field = "version"


class NotTheirMatter(NotPermitted):
    template = "actor: {actor} may not do this: {act}. It belongs to {roles}."


class NotInThisState(KaigongError):
    template = (
        "act: {act} is not possible while the matter is {state}; it is possible in: {states}."
    )
    field = "act"


class OncePerRound(KaigongError):
    template = "act: {act} was done in this round already; it is done once in a round."
    field = "act"


class GuardsRefuse(KaigongError):
    template = "act: {act} is refused: {reasons}"
    field = "act"


class NoWay(KaigongError):
    template = "act: {act} leads nowhere with what was given; check the form."
    field = "act"


class NotAnOption(KaigongError):
    template = "{field}: {value} is not possible for {kind}; possible: {options}."


class AboutMissing(KaigongError):
    template = "about: {kind} has to say what it is about ({types}); name it."
    field = "about"


class AnonymousWithAccount(KaigongError):
    template = "identity: whoever is signed in is known; hide the name instead, or file it at the window or by telephone."
    field = "identity"


class Asked(NamedTuple):
    """What was asked for, found in order: the act, its form as it is kept, and where it leads."""

    act: str
    declared: KindAct
    form: Mapping[str, Any]
    way: Way | None

    @property
    def effects(self) -> tuple[Effects, ...]:
        """Everything that it does beside the state."""
        return (self.declared,) if self.way is None else (self.declared, self.way)

    @property
    def numbers(self) -> bool:
        """Whether a close-out number is given."""
        return any(effects.close_out_number for effects in self.effects)


def decide_matter(
    facts: MatterFacts, command: ActOnMatter, context: MatterContext
) -> MatterOutcome:
    """The outcome of an act on a matter; raises why it is refused."""
    return carried_out(facts, asked_for(facts, command, context), context)


def asked_for(facts: MatterFacts, command: ActOnMatter, context: MatterContext) -> Asked:
    """What a command asks for, checked in the order: who, when, with what, under which guards."""
    kind = facts.kind
    declared = _declared(kind, command.act)
    check_admitted(facts, command.act, context)
    _check_state(facts, command, declared)
    form = filled_in(facts, kind, command.act, command.form, context)
    refused = refusals(facts, command.act, form, context)
    if refused:
        raise GuardsRefuse(act=declared.name, reasons=refused)
    return Asked(command.act, declared, form, _way(facts, command.act, declared, form, context))


def carried_out(facts: MatterFacts, asked: Asked, context: MatterContext) -> MatterOutcome:
    """The outcome of what was found in order."""
    draft = MatterDraft(facts, context)
    draft.record(asked.act, asked.form)
    before = draft.row.class_key
    _take(draft, asked)
    if draft.row.class_key != before:
        for key in facts.class_.limits.keys() | draft.facts.class_.limits.keys():
            draft.recount(key)
    if asked.declared.extends is not None:
        draft.extend(asked.declared.extends, asked.form)
    _tell(draft, asked)
    return draft.outcome(ACTED)


def file_matter(
    id_: int, kind: KindDefinition, command: FileMatter, context: MatterContext
) -> MatterOutcome:
    """The outcome of a filing: the first event of a matter. Raises why it is refused."""
    act = kind.filing
    declared = kind.acts[act]
    facts = MatterFacts(id_, kind, _first_row(kind, command, context))
    check_admitted(facts, act, context)
    form = filled_in(facts, kind, act, command.form, context)
    refused = refusals(facts, act, form, context)
    if refused:
        raise GuardsRefuse(act=declared.name, reasons=refused)
    asked = Asked(act, declared, form, _way(facts, act, declared, form, context))
    draft = MatterDraft(facts, context, filed=True)
    draft.record(act, form)
    _take(draft, asked)
    _tell(draft, asked)
    return draft.outcome(FILED, {"kind": kind.key, "kind_version": kind.version})


def _take(draft: MatterDraft, asked: Asked) -> None:
    target = asked.way.to if asked.way is not None else asked.declared.to
    if target is not None:
        draft.move(target, asked.act)
    for effects in asked.effects:
        draft.take_effect(effects, asked.act, asked.form)


def _tell(draft: MatterDraft, asked: Asked) -> None:
    row, kind = draft.row, draft.kind
    draft.notify(
        asked.declared.tells,
        "matter_moved",
        number=row.number,
        kind=kind.name.model_dump(),
        act=asked.declared.name.model_dump(),
        state=(kind.states[row.state].shown_as or kind.states[row.state].name).model_dump(),
        until=_until(draft),
        page=f"/matters/{draft.before.id}",
    )


def _until(draft: MatterDraft) -> str | None:
    """The last day of what runs now and ends first."""
    due_on = standing(draft.facts.clocks.values())["due_on"]
    return due_on.isoformat() if due_on else None


# --- checks -------------------------------------------------------------------------------------


def check_admitted(facts: MatterFacts, act: str, context: MatterContext) -> None:
    """Refuse whoever is none of those to whom an act belongs, or is one who may not do it."""
    declared = facts.kind.acts[act]
    who = holding(context, facts)
    if not who.intersection(declared.by) or who.intersection(declared.not_by):
        roles = [PREDICATES[key].label for key in declared.by]
        raise NotTheirMatter(actor=context.act.actor.login, act=declared.name, roles=roles)


def _declared(kind: KindDefinition, act: str) -> KindAct:
    if act not in kind.acts or kind.acts[act].files:
        raise ActUnknown(value=act, kind=kind.name, acts=list(kind.acts))
    return kind.acts[act]


def _check_state(facts: MatterFacts, command: ActOnMatter, declared: KindAct) -> None:
    if command.version is not None and command.version != facts.row.version:
        raise MatterChanged(now=facts.row.version, looked=command.version)
    if facts.row.state not in declared.from_:
        states = [facts.kind.states[key].name for key in declared.from_]
        raise NotInThisState(act=declared.name, state=facts.state.name, states=states)
    done = any(
        entry.act == command.act and entry.round == facts.row.round
        for entry in facts.entries.values()
    )
    if declared.once_per_round and done:
        raise OncePerRound(act=declared.name)


def refusals(
    facts: MatterFacts, act: str, form: Mapping[str, Any], context: MatterContext
) -> list[Text]:
    """Why the guards of an act refuse it, every one of them; before an act that closes, what is not there
    refuses too.
    """
    kind, who = facts.kind, holding(context, facts)
    declared = kind.acts[act]
    asked = lookup(facts, context.act.today, act, form)
    return [
        guard.refusal
        for guard in declared.guards
        if (not guard.of or who.intersection(guard.of))
        and not _passes(holds(kind, guard.check, asked), declared.closes)
    ]


def _passes(value: bool | None, closes: bool) -> bool:
    return value is True if closes else value is not False


def _way(
    facts: MatterFacts,
    act: str,
    declared: KindAct,
    form: Mapping[str, Any],
    context: MatterContext,
) -> Way | None:
    if not declared.ways:
        return None
    asked = lookup(facts, context.act.today, act, form)
    for way in declared.ways:
        if holds(facts.kind, way.when, asked) is True:
            return way
    raise NoWay(act=declared.name)


# --- the first row ------------------------------------------------------------------------------


def _first_row(kind: KindDefinition, command: FileMatter, context: MatterContext) -> MatterRow:
    actor = context.act.actor
    class_ = command.class_ or kind.classes[0].key
    channel = command.channel or kind.channels[0].key
    _check_option("class", class_, [entry.key for entry in kind.classes], kind)
    _check_option("channel", channel, [entry.key for entry in kind.channels], kind)
    if kind.categories or command.category is not None:
        options = [entry.key for entry in kind.categories]
        _check_option("category", command.category or "–", options, kind)
    _check_option("identity", command.identity.value, [i.value for i in kind.filers.identity], kind)
    _check_about(kind, command)
    if command.identity is Identity.ANONYMOUS and actor.role is Role.APPLICANT:
        raise AnonymousWithAccount
    enterprise = _enterprise(command, context)
    takes_in = actor.role is Role.WINDOW_CLERK or (
        enterprise is not None and actor.enterprise is None
    )
    return MatterRow(
        number=context.number or "",
        region=command.region or "",
        state=next(iter(kind.states)),
        class_key=class_,
        title=command.title,
        filed_on=context.act.today,
        text=command.text,
        category=command.category,
        channel=channel,
        identity=command.identity,
        visibility=kind.visibility,
        filer=None if takes_in else actor.login,
        taken_by=actor.login if takes_in else None,
        enterprise=enterprise,
        about_type=command.about_type.value if command.about_type else None,
        about=command.about,
        about_item=command.about_item,
        steward=context.steward,
        office=kind.office,
    )


def _enterprise(command: FileMatter, context: MatterContext) -> str | None:
    if command.identity is Identity.ANONYMOUS:
        return None
    own = context.act.actor.enterprise
    if own is not None:
        return own
    return parse_credit_code(command.enterprise) if command.enterprise else None


def _check_option(field: str, value: str, options: list[str], kind: KindDefinition) -> None:
    if value not in options:
        known = options or [Word("none")]
        raise NotAnOption(field=field, value=value, kind=kind.name, options=known)


def _check_about(kind: KindDefinition, command: FileMatter) -> None:
    types = [about.value for about in kind.about.types]
    if command.about_type is None:
        if kind.about.required:
            raise AboutMissing(kind=kind.name, types=types)
        return
    _check_option("about_type", command.about_type.value, types, kind)
    if command.about is None:
        raise AboutMissing(kind=kind.name, types=types)
