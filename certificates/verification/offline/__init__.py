"""One page that checks the signed facts of a square code by itself, with no network, and the worker that keeps it on a device.
May import certificates.issuing and below."""
