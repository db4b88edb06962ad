"""Who acts by a command of the machine itself."""

from __future__ import annotations

from models.people.actor import Actor, Role

#: Whoever sits at the console of the machine may do what an administrator may; the log says so.
CONSOLE = Actor("console", Role.ADMINISTRATOR)
