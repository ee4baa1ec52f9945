"""Small pieces that know nothing of teaching: events, refusals, bundles, compression.
Imports nothing of ours."""
