"""What many tests lean on: a small scenario with everything in it, people, and two ways to play it."""
