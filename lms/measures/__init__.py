"""Counts that never lie: milestones as append-only deltas, folded into rollups; a read adds both.
May import lms.mail and lms.lib; knows courses by number only."""
