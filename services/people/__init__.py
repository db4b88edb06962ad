"""People who sign in, and what each may look at."""
