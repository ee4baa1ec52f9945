"""Who comes first where seats are scarce, and why: country facts, decisions about people, seat pools and offers.
May import lms.accounts and below; knows people, never courses."""
