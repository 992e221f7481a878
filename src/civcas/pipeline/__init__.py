"""The stages put in order: `reading` runs the pure ones, `recording` keeps what they give in a workspace."""
