"""Random small scenarios, sound or not: parts, milestones, papers that follow, forms, conditions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from models.scenarios.definition import ScenarioDefinition

CODES = "ABCDEF"
#: Two attributes decide everything, so that a test can look at every project there is.
SWITCHES = ("a", "b")
CONDITIONS = (
    *(None, None, None, None, "project.a", "project.b", "project.a && project.b") * 3,
    *("!project.a", "project.a || !project.b") * 3,
    "project.a && !project.a",
)
MODES = ("application", "application", "application", "internal", "milestone")


def name(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def is_behind(code: str, other: str, items: dict[str, Any]) -> bool:
    """Whether an item is another one, or waits for it through others."""
    return code == other or any(is_behind(one, other, items) for one in items[code]["after"])


@st.composite
def an_item(draw: st.DrawFn, code: str, before: dict[str, Any], kinds: list[str]) -> dict[str, Any]:
    """One item after some of those before it; some are parts of an item that is applied for."""
    wholes = [one for one, item in before.items() if item["mode"] == "application"]
    whole = draw(st.sampled_from(wholes)) if wholes and draw(st.integers(0, 4)) == 0 else None
    mode = "internal" if whole else draw(st.sampled_from(MODES))
    others = [
        one
        for one in before
        if before[one].get("part_of") is None
        and (whole is None or not is_behind(one, whole, before))
    ]
    found: dict[str, Any] = {
        "code": code,
        "identifier": code.lower(),
        "name": name(code),
        "stage": "s",
        "mode": mode,
        "department": draw(st.sampled_from("de")),
        "after": draw(st.lists(st.sampled_from(others), unique=True, max_size=2)) if others else [],
        "when": draw(st.sampled_from(CONDITIONS)),
        "counted": whole is None and mode != "milestone",
    }
    if whole is not None:
        return {**found, "part_of": whole}
    if mode != "milestone":
        found["promised"] = {"days": draw(st.integers(1, 9))}
    if mode == "application":
        found |= draw(an_application(code, kinds, [one for one in wholes if "form" in before[one]]))
    return found


@st.composite
def an_application(
    draw: st.DrawFn, code: str, kinds: list[str], forms: list[str]
) -> dict[str, Any]:
    """Papers, a document and a form of an item that is applied for."""
    own = {"material": f"own_{code.lower()}"}
    own["class"] = draw(st.sampled_from(["core", "deferrable", "commitment"]))
    if own["class"] == "deferrable":
        own["substantive"] = draw(st.booleans())
    taken = draw(st.lists(st.sampled_from(kinds), unique=True, max_size=2)) if kinds else []
    found: dict[str, Any] = {
        "materials": [{"material": "paper"}, own, *({"material": kind} for kind in taken)],
        "special_procedures": ["hearing"],
        "document": draw(st.sampled_from([None, f"d_{code.lower()}"])),
        "site_verification": draw(st.integers(0, 5)) == 0,
    }
    if draw(st.integers(0, 2)):
        found["form"] = [{"key": "day", "type": "date", "name": name("day")}]
        if forms and draw(st.booleans()):
            other = draw(st.sampled_from(forms))
            check = f"form.{code}.day >= form.{other}.day"
            found["guards"] = [{"check": check, "refusal": name("too early")}]
    return found


@st.composite
def random_scenarios(draw: st.DrawFn) -> ScenarioDefinition:
    """A scenario of two to six items."""
    items: dict[str, Any] = {}
    kinds: list[str] = []
    for code in CODES[: draw(st.integers(2, len(CODES)))]:
        items[code] = draw(an_item(code, dict(items), list(kinds)))
        if items[code].get("document"):
            kinds.append(items[code]["document"])
    asked = {one["material"] for item in items.values() for one in item.get("materials", ())}
    return ScenarioDefinition.model_validate(
        {
            "key": "random",
            "name": name("random"),
            "promise": {"days": draw(st.sampled_from([8, 100, 100, 100, 100]))},
            "attributes": [
                {"key": key, "type": "boolean", "name": name(key), "default": False}
                for key in SWITCHES
            ],
            "stages": [{"key": "s", "kind": "generic", "name": name("s"), "lead": "d"}],
            "items": list(items.values()),
            "materials": [
                {"key": key, "name": name(key), **({"from_document": key} if key in kinds else {})}
                for key in sorted(asked)
            ],
            "documents": [
                {"key": kind, "name": name(kind), "number_pattern": kind + "-{seq}"}
                for kind in kinds
            ],
            "departments": [{"key": key, "name": name(key)} for key in "de"],
        }
    )
