"""The public page that says whether a certificate is genuine.
May import certificates.issuing and below."""
