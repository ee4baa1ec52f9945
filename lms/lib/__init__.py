"""Small pieces that know nothing of teaching: events, refusals, sweeps, bundles, compression.
Imports nothing of ours."""
