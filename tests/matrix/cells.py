"""The cells: who asks for what, and what the table says of the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from httpx import Response

from models.cases.commands import ItemCommand
from models.people.actor import Actor, Role
from rules.cases.context import Context
from rules.cases.declarations.act import OF_THE_ITEM, Act, Need, Situation
from rules.cases.declarations.registry import registry
from rules.cases.declarations.roles import AGENTS, EXAMINERS
from rules.cases.offers import sample
from services.installation.policy import context_for
from services.people.security_log import READERS as SECURITY_READERS
from services.people.visibility import readers
from services.people.visibility_table import Kind
from tests.matrix.world import (
    AGENT,
    AUNT,
    NOWHERE,
    PEOPLE,
    SAID_OF_A1,
    SAID_OF_A2,
    SAID_OF_S1,
    STEWARD,
    Thing,
    World,
)
from tests.support.ledger import FILE
from tests.support.people import approver
from tests.support.yard import PLANNING
from web.pages.cases.project_tabs import TABS

OK, SEE_OTHER, UNKNOWN, FORBIDDEN, NOT_SIGNED_IN, FAULT = 200, 303, 404, 403, 401, 500
#: A version that no item has: whoever may act is told to look again, and nothing changes.
NEVER_SEEN = 10**6
NO_FILE = "f" * 64
SEES_SCENARIOS = frozenset({Role.ADMINISTRATOR, Role.LEADER})
ADMINISTERS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Cell:
    """One request of one person, and whether its answer is right."""

    name: str
    who: Actor | None
    """``None``: nobody is signed in."""
    ask: Callable[[World], Response]
    right: Callable[[World, Response], bool]

    def wrong(self, world: World) -> str | None:
        """What is wrong with the answer; ``None``: nothing."""
        answer = self.ask(world)
        if answer.status_code < FAULT and self.right(world, answer):
            return None
        who = f"{self.who.role}:{self.who.login}" if self.who else "nobody"
        return f"{who} {self.name}: {answer.status_code} {answer.text[:160]!r}"


@dataclass(frozen=True)
class Place:
    """An address with the object that it is about."""

    method: str
    address: str
    thing: Thing | None = None
    roles: frozenset[Role] | None = None
    """Who may open it at all; ``None``: everybody who is signed in."""
    body: Mapping[str, Any] = field(default_factory=dict)
    says: tuple[tuple[str, Thing], ...] = ()
    """Words that the answer holds for whoever sees a thing, and for nobody else."""
    hides: tuple[tuple[str, Thing], ...] = ()
    """Words that it holds at most for those."""
    answered: frozenset[int] = frozenset({200, 303})
    """What it answers whoever may."""
    open: bool = False
    """Whether it needs no sign-in."""
    like: Mapping[str, str] = field(default_factory=dict)
    """What in its address is replaced by what does not exist, in a project that is there."""

    @property
    def of_api(self) -> bool:
        """Whether programs ask for it, with a bearer token."""
        return self.address.startswith("/api/")


REFUSED = frozenset({400, 409, 413, 422})


def every(world: World) -> Iterator[Cell]:
    """Every cell."""
    for place in (*reads(world), *posts(world)):
        yield from _of_place(place)
    yield from _acts(world)
    yield from _uploads(world)


def _of_place(place: Place) -> Iterator[Cell]:
    name = f"{place.method} {place.address}"
    for who in PEOPLE:
        yield Cell(name, who, _asked(place, who), _right(place, who))
    if not place.open:
        yield Cell(name, None, _asked(place, None), _turned_away(place))


def _asked(place: Place, who: Actor | None) -> Callable[[World], Response]:
    return lambda world: send(world, who, place.method, place.address, place.body)


def send(
    world: World, who: Actor | None, method: str, address: str, body: Mapping[str, Any]
) -> Response:
    """One request: with somebody's token to the API, with somebody's session to a page."""
    if address.startswith("/api/"):
        headers = {"accept-language": "en"}
        if who is not None:
            headers["authorization"] = f"Bearer {world.tokens[who.login]}"
        more = {} if method == "GET" else {"json": dict(body)}
        return world.api.request(method, address, headers=headers, **more)
    if who is None:
        client, csrf = world.api, ""
    else:
        client, csrf = world.browser(who)
    if method == "GET":
        return client.get(address)
    content = urlencode({"csrf": csrf, **body}, doseq=True)
    form = {"content-type": "application/x-www-form-urlencoded"}
    return client.request(method, address, content=content, headers=form)


def _turned_away(place: Place) -> Callable[[World, Response], bool]:
    if place.of_api:
        return lambda world, answer: answer.status_code == NOT_SIGNED_IN
    return lambda world, answer: (
        answer.status_code in {SEE_OTHER, OK}
        and (answer.headers.get("location", "/sign-in").startswith("/sign-in"))
    )


def _right(place: Place, who: Actor) -> Callable[[World, Response], bool]:
    def right(world: World, answer: Response) -> bool:
        if place.thing is not None and not world.sees(who, place.thing):
            return like_nothing(world, who, place, answer)
        if place.roles is not None and who.role not in place.roles:
            return answer.status_code == FORBIDDEN
        if answer.status_code not in place.answered:
            return False
        told = all((words in answer.text) == world.sees(who, of) for words, of in place.says)
        return told and all(
            words not in answer.text or world.sees(who, of) for words, of in place.hides
        )

    return right


def like_nothing(world: World, who: Actor, place: Place, answer: Response) -> bool:
    """Whether an answer is the one for what does not exist, but for the name of what was asked for."""
    there = place.like or {world.own: NOWHERE, world.other: NOWHERE}
    if place.like and place.thing and not world.sees(who, _outline(place.thing.project)):
        there = {world.own: NOWHERE, world.other: NOWHERE}
    address, text = place.address, answer.text
    for one, nothing in there.items():
        address, text = address.replace(one, nothing), text.replace(one, nothing)
    other = send(world, who, place.method, address, place.body)
    return answer.status_code == other.status_code == UNKNOWN and _bare(text) == _bare(other.text)


def _bare(text: str) -> str:
    """An answer without numbers: of what does not exist they are others."""
    return re.sub(r"\b[0-9a-f]{12,}\b|\d", "", text)


# --- what is read -------------------------------------------------------------------------------


def reads(world: World) -> Iterator[Place]:
    """Every page and every reading operation."""
    own, other = world.own, world.other
    for code, items, material in (
        (own, ("A1", "A2", "D0", "D1"), ("plan", "insurance")),
        (other, ("S1",), ("sketch",)),
        (NOWHERE, (), ()),
    ):
        yield from _of_project(world, code, items, material)
    yield from _lists(world)
    yield from _alone(world)


def _outline(code: str) -> Thing:
    return Thing(Kind.OUTLINE, code)


def _item(code: str, item: str) -> Thing:
    return Thing(Kind.ITEM, code, item)


def _of_project(
    world: World, code: str, items: tuple[str, ...], materials: tuple[str, ...]
) -> Iterator[Place]:
    outline, pages = _outline(code), (f"/projects/{code}", f"/api/v1/projects/{code}")
    says = _said(world, code)
    # The tabs name papers, not their files.
    for tab in TABS:
        yield Place("GET", f"{pages[0]}{tab.path}", outline, hides=says)
    yield Place("GET", f"{pages[0]}/trail?log=all", outline, hides=says)
    yield Place("GET", pages[1], outline, says=says)
    yield Place("GET", f"{pages[1]}/team", outline)
    yield Place("GET", f"{pages[0]}/agency", outline)
    yield Place(
        "GET",
        f"{pages[0]}/attributes",
        outline,
        registry().acts["correct_attributes"].roles - {Role.SYSTEM},
    )
    for number, (_, thing) in enumerate(_authorisations(world, code), start=1):
        on_paper = frozenset({200}) if number == _ON_PAPER else frozenset({404})
        paper = f"/agency/{number}/paper"
        like = {paper: "/agency/999/paper"}
        yield Place("GET", f"{pages[0]}{paper}", thing, answered=on_paper, like=like)
    for item in items:
        yield Place("GET", f"{pages[0]}/items/{item}", outline, hides=says)
        # Whoever cannot apply is led to the item.
        led = frozenset({200, 303})
        yield Place("GET", f"{pages[0]}/items/{item}/apply", outline, answered=led, hides=says)
        yield Place("GET", f"{pages[1]}/items/{item}/acts", outline)
    yield Place("GET", f"{pages[0]}/items/nothing", outline, answered=frozenset({404}))
    for material in materials:
        item = "A1" if material == "plan" else "A2" if material == "insurance" else "S1"
        for page in pages:
            paper = f"{page}/papers/{material}"
            # The plan is asked for by both items of the yard, whoever decides one sees it.
            thing = Thing(Kind.ITEM, code, item)
            yield Place("GET", paper, thing, like={material: "drawings"})
            yield Place("GET", f"{paper}/{FILE}", thing, like={FILE: NO_FILE})
            never = frozenset({404})
            yield Place("GET", f"{paper}/{NO_FILE}", thing, answered=never, like={FILE: NO_FILE})


#: The second authorisation of the yard was signed on paper.
_ON_PAPER = 2


def _said(world: World, code: str) -> tuple[tuple[str, Thing], ...]:
    if code == world.own:
        return ((SAID_OF_A1, _item(code, "A1")), (SAID_OF_A2, _item(code, "A2")))
    return ((SAID_OF_S1, _item(code, "S1")),) if code == world.other else ()


def _authorisations(world: World, code: str) -> tuple[tuple[str, Thing], ...]:
    if code != world.own:
        return ()
    given = ((AGENT, ("A1",)), (STEWARD, ("A2",)))
    return tuple(
        (f"#{number}", Thing(Kind.AUTHORISATION, code, agent=agent.login, covers=items))
        for number, (agent, items) in enumerate(given, start=1)
    )


def _lists(world: World) -> Iterator[Place]:
    both = tuple((code, _outline(code)) for code in (world.own, world.other))
    for address in ("/projects?state=all", "/api/v1/projects"):
        yield Place("GET", address, says=both)
    yield Place("GET", "/projects", hides=both)
    for address in (
        *(
            "/search?q=yard",
            "/inbox",
            "/inbox/next",
            "/notices",
            "/deficiencies?show=all",
            "/agency",
            "/api/v1/inbox",
        ),
        *("/api/v1/agenda", "/api/v1/leads", "/api/v1/authorisations?closed=true"),
        *("/api/v1/authorisations/missing", "/api/v1/notices", "/api/v1/desk"),
        *(
            "/figures?cut=item",
            "/ledgers/rounds",
            "/api/v1/ledgers/rounds",
            "/api/v1/ledgers/inbox",
        ),
        "/api/v1/ledgers/deficiencies?show=all",
    ):
        yield Place("GET", address, hides=both)
    for address in (
        *(
            "/api/v1/ledgers/projects?state=all",
            "/api/v1/ledgers/projects/export?format=csv&state=all",
        ),
        "/ledgers/projects/export?format=csv&state=all",
    ):
        yield Place("GET", address, says=both)
    yield Place("GET", "/api/v1/ledgers")
    yield Place("GET", "/api/v1/kinds", hides=both)
    # There is no matter in this world; who sees which, tests/integration/matters tries.
    yield Place("GET", "/api/v1/matters", hides=both)
    yield Place("GET", "/api/v1/matters/0", answered=frozenset({UNKNOWN}))
    yield Place("GET", "/credit", roles=readers(Kind.CREDIT), hides=both)


def _handovers() -> Iterator[Place]:
    """Lists of what was handed over: there is none in this world, and nobody is told of one."""
    for address in ("/handovers/999", "/handovers/999/pdf", "/api/v1/handovers/999"):
        yield Place("GET", address, answered=frozenset({UNKNOWN}))


def _matters() -> Iterator[Place]:
    """Matters: there is none in this world, and nobody is told of one."""
    for address in ("/api/v1/kinds", "/api/v1/matters"):
        yield Place("GET", address)
    yield Place("GET", "/api/v1/matters/none", answered=frozenset({UNKNOWN}))


def _alone(world: World) -> Iterator[Place]:
    yield from _matters()
    yield from _handovers()
    yield Place("GET", "/confirm")
    yield Place("GET", "/account/badges")
    for address in (
        *("/account", "/account/channels", "/account/keys", "/account/second-factor"),
        *("/drafts", "/session", "/api/v1/me"),
    ):
        yield Place("GET", address)
    yield Place("GET", "/projects/new")
    yield Place("GET", "/projects/new?scenario=yard")
    yield Place("GET", "/api/v1/scenarios")
    for address in (
        *("/admin", "/admin/organisation", "/api/v1/organisation"),
        "/admin/organisation/import",
        *("/admin/people", "/admin/people/new", "/admin/people/clerk"),
    ):
        yield Place("GET", address, roles=ADMINISTERS)
    yield Place("GET", "/admin/security-log", roles=SECURITY_READERS)
    # Without a provider of identities, and for a link that opens nothing.
    nothing = frozenset({200, 303, 401, 403, 404, 409, 422, 429})
    for address in ("/sign-in/provider", "/sign-in/provider/return", "/sign-in/link/nothing"):
        yield Place("GET", address, open=True, answered=nothing)
    yield Place("GET", "/sign-in/forgotten", open=True)
    for address in ("/handovers", "/api/v1/handovers"):
        yield Place("GET", address)
    for address in ("/commitments", "/api/v1/commitment-lists"):
        yield Place("GET", address)
    yield from _scenarios()
    for address in (
        *("/", "/sign-in", "/language/en", "/guides", "/guides/yard", "/guides/yard/pdf"),
        *("/guides/yard/items/A2/sample", "/statutes"),
    ):
        yield Place("GET", address, open=True)
    for address in ("/sign-in/code", "/sign-in/enrolment"):
        yield Place("GET", address, open=True)
    for part in ("", "/file"):
        answered = frozenset({200, 403}) if part else frozenset({200})
        letter = Thing(Kind.LETTER, world.own, department=PLANNING)
        says = () if part else (("yard 1", letter),)
        yield Place("GET", f"/verify/{world.letter}{part}", open=True, says=says, answered=answered)
        # Whoever asks for codes that are none waits after a few.
        none = frozenset({404, 429})
        yield Place("GET", f"/verify/nothing{part}", open=True, answered=none)
    yield Place("GET", f"/api/v1/documents/{world.letter}", open=True)
    yield Place("GET", "/badges/nothing", open=True, answered=frozenset({404, 429}))


def _scenarios() -> Iterator[Place]:
    page, api = "/scenarios/yard", "/api/v1/scenarios"
    for address in ("/scenarios", page, f"{page}/1", f"{page}/diff?from=1&to=1"):
        yield Place("GET", address, roles=SEES_SCENARIOS)
    drawn = frozenset({200, 422})
    yield Place("GET", f"{page}/1/drawing.svg", roles=SEES_SCENARIOS, answered=drawn)
    for address in (f"{page}/1/export", f"{api}/yard/versions/1/export"):
        yield Place("GET", address, roles=ADMINISTERS)
    for address in (f"{api}/versions", f"{api}/yard/versions", f"{api}/yard/versions/1"):
        yield Place("GET", address, roles=SEES_SCENARIOS)
    for address in (
        *(f"{api}/yard/versions/1/source", f"{api}/yard/acts"),
        *(f"{api}/yard/diff?from=1&to=1", f"{page}/1/rehearsal", f"{page}/1/edit"),
    ):
        yield Place("GET", address, roles=SEES_SCENARIOS)
    edit = f"{page}/1/edit"
    for address in (
        *(f"{page}/migrate", "/scenario-import", "/scenarios/new"),
        *(
            f"{edit}/stages/land",
            f"{edit}/basics",
            f"{edit}/promises",
            f"{edit}/attributes",
            f"{edit}/items/new",
        ),
        f"{edit}/items/A1",
    ):
        answered = frozenset({200, 303, 404, 409, 422})
        yield Place("GET", address, roles=ADMINISTERS, answered=answered)
    record = f"{page}/migrations/999"
    yield Place("GET", record, roles=SEES_SCENARIOS, answered=frozenset({404}))


# --- what is sent -------------------------------------------------------------------------------


def posts(world: World) -> Iterator[Place]:
    """Forms and operations that are no act of a project; none of them changes what others rest on."""
    for code in (world.own, world.other, NOWHERE):
        outline = _outline(code)
        anything = REFUSED | {200, 303, 403}
        item = "S1" if code == world.other else "A1"
        forms = ("papers", "received", "attributes", "agency", "credit", "acts", "seen")
        for page in (*forms, "choice", f"items/{item}/apply"):
            yield Place("POST", f"/projects/{code}/{page}", outline, answered=anything)
        # Nobody was chosen, so nobody has an answer to give.
        nothing = anything | {UNKNOWN}
        wish = {"officer": "nobody", "reason": "x"}
        for beginning in ("/projects", "/api/v1/projects"):
            choice = f"{beginning}/{code}/choice"
            yield Place("POST", f"{choice}/answer", outline, answered=nothing, body={})
        yield Place("POST", choice, outline, answered=REFUSED | {FORBIDDEN}, body=wish)
        dry = {"act": "correct_attributes", "attributes": {"floors": 4}, "reason": "wrong"}
        yield Place(
            "POST",
            f"/api/v1/projects/{code}/corrections/dry-run",
            outline,
            answered=anything,
            body=dry,
        )
    for address in ("/admin/people/new", "/admin/people/clerk/acts", "/admin/organisation"):
        yield Place("POST", address, roles=ADMINISTERS, answered=REFUSED | {200, 404})
    yield Place("POST", "/admin/organisation/import", roles=ADMINISTERS, answered=REFUSED | {200})
    ended = {"act": "end_absence", "number": 999_999}
    refused = REFUSED | {404}
    yield Place(
        "POST", "/api/v1/organisation/acts", roles=ADMINISTERS, body=ended, answered=refused
    )
    yield from _of_lists()
    yield from _of_scenarios()
    yield from _of_matters()
    yield Place("POST", "/api/v1/notices/read", body={"ids": [0]})
    for address in ("/api/v1/matters", "/api/v1/matters/none/acts"):
        yield Place("POST", address, body={"act": "x"}, answered=REFUSED | {FORBIDDEN, UNKNOWN})
    for address in ("/handovers/999/sign", "/api/v1/handovers/999/sign"):
        yield Place("POST", address, body={"reservations": ""}, answered=frozenset({UNKNOWN}))
    # Everybody's views are their own: nobody has this one.
    yield Place("POST", "/ledgers/rounds/views", body={"name": "v"}, answered=frozenset({200, 303}))
    yield Place("POST", "/ledgers/rounds/views/0/delete", answered=frozenset({404}))


def _of_matters() -> Iterator[Place]:
    """No kind is published in this world: nothing can be filed in it, and nothing acted on."""
    filed = {"kind": "grievance", "title": "No light"}
    yield Place("POST", "/api/v1/matters", body=filed, answered=REFUSED)
    act = {"act": "dispatch_matter"}
    yield Place("POST", "/api/v1/matters/0/acts", body=act, answered=frozenset({UNKNOWN}))


def _of_lists() -> Iterator[Place]:
    """Lists of what is granted on commitment: no scenario of this world has such an item."""
    told, listed = REFUSED | {403}, {"item": "A1", "number": "no 1"}
    for act in ("publish", "withdraw"):
        yield Place("POST", f"/commitments/A1/{act}", body=listed, answered=told)
    yield Place("POST", "/api/v1/commitment-lists", body=listed, answered=told)
    yield Place("DELETE", "/api/v1/commitment-lists/A1", answered=told)


def _of_scenarios() -> Iterator[Place]:
    """Forms and operations on scenarios, each well-formed and refused to whoever administers, too."""
    done = REFUSED | {200, 403, 404}
    for address, form in (
        ("/scenarios", {"from": "nothing@9"}),
        ("/scenarios/yard/1/acts", {"act": "validate_draft"}),
        ("/scenarios/yard/1/edit", {"source": "x"}),
    ):
        # A leader looks at scenarios: what they may not do is said on the page that they see.
        yield Place("POST", address, roles=SEES_SCENARIOS, body=form, answered=done)
    for address, form in (
        ("/scenarios/new", {}),
        ("/scenario-import", {}),
        ("/scenarios/yard/migrate", {"from": "8", "to": "9", "all": "1"}),
    ):
        yield Place("POST", address, roles=ADMINISTERS, body=form, answered=done)
    api = "/api/v1/scenarios"
    for address, body in (
        (f"{api}/yard/drafts", {"from_version": 9}),
        (f"{api}/yard/versions/1/acts", {"act": "validate_draft"}),
        (f"{api}/yard/migrations", {"from": 8, "to": 9}),
    ):
        yield Place("POST", address, roles=ADMINISTERS, body=body, answered=REFUSED | {404})


# --- acts ---------------------------------------------------------------------------------------

_AUTHORISED = {
    "agent": "nobody",
    "kind": "private_agent",
    "acts": ["submit_material"],
    "text": "x",
    "valid_from": "2026-12-01",
    "valid_until": "2026-12-02",
    "signer": "Wang",
}
#: Bodies of acts on a project as a whole that are refused by whoever may do them: nothing changes.
OF_PROJECT: Mapping[str, Mapping[str, Any]] = {
    "assign_steward": {"steward": "nobody"},
    "correct_attributes": {"attributes": {"nothing": 1}, "reason": "wrong"},
    "record_architect_team": dict.fromkeys(
        ("unit", "unit_code", "architect", "registration"), "none"
    ),
    "record_design_opinion": {"by": "x", "subject": "x", "opinion": "x", "adopted": True},
    "open_stage": {"stage": "nothing"},
    "send_leads": {"stage": "nothing"},
    "release_bundle": {"bundle": "nothing"},
    "draw_up_promises": {},
    "close_project": {},
    "submit_material": {"material": "plan", "file_name": "a.pdf", "sha256": NO_FILE},
    "give_authorisation": _AUTHORISED,
    "enter_authorisation": {**_AUTHORISED, "file_name": "a.pdf", "sha256": NO_FILE},
    "accept_authorisation": {"number": 999},
    "revoke_authorisation": {"number": 999},
    "dispute_agent_act": {"number": 999, "reason": "x"},
    "warn_of_authorisation": {"number": 999},
    "suspend_authorisation": {"number": 999},
    "resume_authorisation": {"number": 999},
    "end_authorisation": {"number": 999, "agent_left": False},
}
_PAPER = {"material": "plan", "file_name": "a.pdf", "sha256": NO_FILE}
_DAY = "2026-11-16"
#: Bodies of acts on an item whose usual sample is made from what stands in it.
OF_ITEM: Mapping[str, Mapping[str, Any]] = {
    "request_correction": {"materials": {"plan": "x"}},
    "refer_application": {"department": "elsewhere", "reason": "x"},
    "fix_on_the_spot": _PAPER,
    "make_up_material": _PAPER,
    "verify_make_up": {"material": "plan", "correct": True},
    "assign_handler": {"officer": "nobody", "reason": "x"},
    "record_verification": {"officers": ["nobody", "noone"], "finding": "x"},
    "record_site_visit": {"held_on": _DAY, "officers": {PLANNING: ["nobody"]}, "finding": "x"},
    "schedule_site_visit": {"scheduled_for": _DAY},
    "suspend_clock": {"procedure": "expert_review", "planned_days": 1},
    "complete_supervision": {"number": 999, "note": "x"},
    "reply_to_supervision": {"number": 999, "cause": "x", "measures": "x", "until": _DAY},
    "decide_appeal": {"upheld": True, "reason": "x"},
    "begin_commitment_check": {"kind": "paper", "officers": ["nobody"]},
    "assess_commitment": {"outcome": "cleared", "reason": "x"},
    "revoke_licence": {"revoked": True, "reason": "x"},
    "recall_approval": {"recalled": True, "reason": "x"},
    "repair_credit": {"entry": 999, "reason": "x"},
    "correct_credit": {"entry": 999, "reason": "x"},
    "cancel_licence": {"ground": "body_ended", "reason": "x", "evidence": "x", "cancelled": True},
}


def _acts(world: World) -> Iterator[Cell]:
    objects = ((world.own, ("A1", "A2")), (world.other, ("S1",)), (NOWHERE, ("A1",)))
    for act in registry().acts.values():
        for code, items in objects:
            for item in items if act.on_item else ("",):
                body = {"act": act.name, **_body(world, act, item, code)}
                for who in PEOPLE:
                    yield _api_act(act, code, item, who, body)
                    yield _portal_act(act, code, item, who, body)


def _body(world: World, act: Act, item: str, code: str) -> dict[str, Any]:
    if not act.on_item:
        return dict(OF_PROJECT[act.name])
    if act.name in OF_ITEM:
        return {"item": item, "seen_version": NEVER_SEEN, **OF_ITEM[act.name]}
    facts = world.town.facts(world.own if code == NOWHERE else code)
    context: Context = context_for(approver(PLANNING), world.town.now)
    command = sample(act, Situation(facts, item, context))
    assert isinstance(command, ItemCommand)
    body = command.model_dump(mode="json", exclude_none=True) | {"seen_version": NEVER_SEEN}
    return body | ({"sha256": NO_FILE} if Need.FILE in act.needs else {})


def _api_act(act: Act, code: str, item: str, who: Actor, body: Mapping[str, Any]) -> Cell:
    place = Place("POST", f"/api/v1/projects/{code}/acts", _outline(code), body=body)

    def right(world: World, answer: Response) -> bool:
        if not world.sees(who, _outline(code)):
            return like_nothing(world, who, place, answer)
        return answer.status_code in _admitted(world, act, code, item, who)

    return Cell(f"does {act.name} {item} in {code}", who, _asked(place, who), right)


def _admitted(world: World, act: Act, code: str, item: str, who: Actor) -> frozenset[int]:
    """What an act answers in a project that somebody sees: refused as such, or for its values."""
    if who.role not in act.roles:
        return frozenset({FORBIDDEN})
    if who.role in AGENTS:
        # Whether an authorisation covers it is for the rules of agents to say.
        return REFUSED | {FORBIDDEN}
    ties = world.ties[code]
    if item and who.role in EXAMINERS and ties.departments[item] != who.department:
        return frozenset({FORBIDDEN} if act.business is OF_THE_ITEM else REFUSED | {FORBIDDEN})
    return REFUSED if act.business is OF_THE_ITEM else REFUSED | {FORBIDDEN}


def _portal_act(act: Act, code: str, item: str, who: Actor, body: Mapping[str, Any]) -> Cell:
    flat = {key: value for key, value in body.items() if isinstance(value, str | int)}
    place = Place("POST", f"/projects/{code}/acts", _outline(code), body=flat)

    def right(world: World, answer: Response) -> bool:
        if not world.sees(who, _outline(code)):
            return like_nothing(world, who, place, answer)
        return answer.status_code in REFUSED | {FORBIDDEN}

    return Cell(f"sends {act.name} {item} in {code}", who, _asked(place, who), right)


def _uploads(world: World) -> Iterator[Cell]:
    """A file of somebody else's is to everybody as if there were none."""
    for who, code, material in (
        (PEOPLE[0], world.own, "survey"),
        (STEWARD, world.own, "survey"),
        (AGENT, world.own, "survey"),
        (AUNT, world.other, "sketch"),
    ):
        for sha in (world.rivals_file, NO_FILE):
            body = {"act": "submit_material", "material": material, "file_name": "a", "sha256": sha}
            place = Place("POST", f"/api/v1/projects/{code}/acts", body=body)
            yield Cell(f"attaches {sha[:6]} in {code}", who, _asked(place, who), _no_file)


def _no_file(world: World, answer: Response) -> bool:
    del world
    refused = answer.json()["errors"][0]["code"]
    return refused in {"file_missing", "agent_not_authorised", "authorisation_not_accepted"}
