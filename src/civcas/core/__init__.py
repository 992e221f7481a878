"""The pure core: no file, network, database, clock, chance or framework."""
