"""The register of certificates: issue, send, finish what was left.
May import certificates.rendering and certificates.award."""
