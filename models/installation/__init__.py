"""What a district chooses for its installation."""
