"""Incidents as others publish them, or as a desk keeps them in a spreadsheet: rows to entries, by column maps."""
