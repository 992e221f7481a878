"""The web: the public archive, drawn from the catalogue alone."""
