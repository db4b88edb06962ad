"""Notices to people: written with what happened, sent from the outbox, kept in their inbox."""
