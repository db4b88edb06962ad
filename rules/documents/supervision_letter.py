"""Face of the supervision letter 督办函."""

from __future__ import annotations

from datetime import date

from models.cases.facts import ProjectFacts
from models.cases.supervision import SupervisionFacts
from models.documents.official_document import DocumentRegister
from rules.cases.context import Context
from rules.documents.fragments import Face, day, department_of, issuer, material_name, shared_face


def supervision_face(
    facts: ProjectFacts,
    letter: SupervisionFacts,
    missed: date | None,
    register: DocumentRegister,
    context: Context,
) -> Face:
    """The face of a supervision letter 督办函; ``missed`` is the last day that passed.

    It goes to the department that is late, from whoever supervises the departments here.
    """
    about = letter.subject if letter.subject in facts.scenario.material else None
    return {
        **shared_face(facts, letter.item, register, context),
        "name": register.document["supervision_letter"].name.model_dump(),
        "department": letter.department,
        "issuer": issuer(register.supervisor, register.place).model_dump(),
        "addressee": department_of(facts, letter.department, register).model_dump(),
        "basis": [],
        "owed": [],
        "clock": letter.clock,
        "subject": letter.subject,
        "about": material_name(facts, about) if about else None,
        "due_on": day(missed),
        "reply_by": day(letter.due_on),
    }
