"""How a course is doing: where people stop, how long lessons take, what is passed over; for who teaches it and for leads.
May import courses and the ground floor."""
