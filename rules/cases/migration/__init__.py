"""Moving a running project to another version of its scenario."""

from rules.cases.migration.migrate import Migration, MigrationRefused, migrate, plan

__all__ = ["Migration", "MigrationRefused", "migrate", "plan"]
