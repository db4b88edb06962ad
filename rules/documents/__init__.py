"""Faces of official documents, drawn up from the facts after the act.

A face holds plain JSON values and everything that is printed, so that the page set from it years
later says what it said on the day of issue. Chinese words beyond names stand in the templates
(``config/templates/documents``).
"""

from rules.documents.certificate import certificate_face
from rules.documents.fragments import Face, is_licence
from rules.documents.procedure import kind_written, procedure_face, void_reason
from rules.documents.supervision_letter import supervision_face

__all__ = [
    "Face",
    "certificate_face",
    "is_licence",
    "kind_written",
    "procedure_face",
    "supervision_face",
    "void_reason",
]
