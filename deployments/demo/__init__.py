"""A rehearsal of the whole system: a seeded script plays the people, the real parts do the rest."""
