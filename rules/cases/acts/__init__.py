"""What each act does, one function per command; what is allowed at all stands in the tables."""
