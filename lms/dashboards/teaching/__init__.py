"""The teaching view: who learns in the courses a person teaches, and what the answers say about the questions.
May import courses and the ground floor."""
