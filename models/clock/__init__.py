"""Values of the legal clock and of the working calendar."""
