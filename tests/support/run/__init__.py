"""How the tests run: in which process, on which database, against which budget."""
