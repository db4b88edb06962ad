"""Where the lines of the shipped ledgers come from: projects, inboxes, deferred papers, case rounds."""
