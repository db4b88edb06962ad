"""Decisions that stand and because of which an enterprise may not apply for a licence again (arts. 78, 79)."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.enterprises.ban import BanArticle, LicenceBan


def bans_of(connection: Connection, enterprise: str, item: str) -> tuple[LicenceBan, ...]:
    """The decisions about an item of any project of an enterprise; whether one still bars, and whether
    the item is barred at all, rules say (:mod:`rules.cases.instruments.credit.bans`).
    """
    rows = connection.execute(_BANS, {"enterprise": enterprise, "item": item})
    return tuple(
        LicenceBan(item, BanArticle(row.article), row.number, row.issued_on) for row in rows
    )


#: A decision that an appeal took back is not valid any more, and bars nobody.
_BANS = text(
    "SELECT d.number, d.issued_on,"
    " CASE d.kind WHEN 'denial_decision' THEN '78' ELSE '79' END AS article"
    " FROM project p JOIN official_document d ON d.project_id = p.id AND d.item = :item"
    " LEFT JOIN voiding v ON v.project_id = d.project_id AND v.item = d.item AND v.round = d.round"
    " WHERE p.enterprise = :enterprise AND d.state = 'valid'"
    " AND (d.kind = 'denial_decision' AND d.face ->> 'falsehood' = 'true'"
    " OR d.kind = 'revocation_decision' AND v.ground IN ('fraud', 'false_commitment'))"
    " ORDER BY d.id"
)
