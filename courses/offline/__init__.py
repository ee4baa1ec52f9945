"""Learning without a connection: what is taken along, and the work that comes back.
May import all other courses packages."""
