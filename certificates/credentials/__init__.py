"""From an award to a signed credential that machines check (Open Badges 3.0), and the keys that sign.
May import certificates.award."""
