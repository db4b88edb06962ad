"""Pages about accounts: signing in, accounts, tokens."""
