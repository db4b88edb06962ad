"""Work that goes from one person to another."""
