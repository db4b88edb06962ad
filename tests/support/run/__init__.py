"""How the tests run: in which process, on which database and port, how patiently, against which budget."""
