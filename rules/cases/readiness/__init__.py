"""What an application still lacks before it is made, and what making it today leads to: nothing is decided here."""
