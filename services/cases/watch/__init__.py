"""What time does by itself: due dates, warnings, the ladder."""
