"""What changes classrooms: who hosts, files packed, returns taken in. Workers take jobs up under a lease, and a sweep after them.
Imports this app's queries, models, rules and errors."""
