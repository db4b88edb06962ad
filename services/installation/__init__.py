"""What an installation chooses: its policy and its own files."""
