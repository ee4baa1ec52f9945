"""Who asked for which exports, and the rows that stand in them."""
