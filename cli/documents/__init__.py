"""Commands about official documents."""
