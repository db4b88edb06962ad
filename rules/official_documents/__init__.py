"""What official documents say: the face of each, drawn up from the facts as the act left them.

A face holds plain JSON values and everything that is printed, so that the page set from it years
later says what it said on the day of issue. Chinese words beyond names stand in the templates
(``config/templates/documents``).
"""

from rules.official_documents.certificate import certificate_face
from rules.official_documents.parts import Face, is_licence
from rules.official_documents.procedure import (
    WRITTEN_BY,
    kind_written,
    procedure_face,
    void_reason,
)
from rules.official_documents.supervision_letter import supervision_face

__all__ = [
    "WRITTEN_BY",
    "Face",
    "certificate_face",
    "is_licence",
    "kind_written",
    "procedure_face",
    "supervision_face",
    "void_reason",
]
