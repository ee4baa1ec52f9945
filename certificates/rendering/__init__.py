"""From an award to the file a person keeps: plain functions, no tables.
May import certificates.award."""
