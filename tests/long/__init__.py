"""What is too large for ten minutes: branches with a floor, mutants, properties at their whole size."""
