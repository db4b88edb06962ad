"""What a district chooses: settings, scenarios, calendars, departments, templates, languages."""
