"""What is looked through before a release: packages, and what is under version control."""
