"""What an enterprise may still do with its credit record: its standing, its class, bans."""
