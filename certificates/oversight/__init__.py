"""The register for who answers for it: programme leads look things up, decide, act on many at once and see it checked.
May import certificates.issuing and below."""
