"""Where Kaigong runs: one machine, containers, a fleet of workers."""
