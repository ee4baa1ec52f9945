"""The register of certificates: issue, send, finish what was left.
May import certificates.designs, certificates.rendering and certificates.award."""
