"""The domain as data: frozen values (definition, facts, commands) and, apart from them, tables and migrations."""
