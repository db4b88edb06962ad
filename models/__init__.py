"""What things are: frozen values, and the tables that keep them."""
