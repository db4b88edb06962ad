"""Audit of the ledger, and the anchors that it compares with."""

from services.cases.audit.walk import AuditReport, audit, verify

__all__ = ["AuditReport", "audit", "verify"]
