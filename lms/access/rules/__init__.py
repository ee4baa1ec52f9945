"""Country bands, tiers and seats: decisions on plain values, without a database or a clock.
May import lms.lib."""
