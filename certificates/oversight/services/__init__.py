"""What is done to many certificates: proposed by one and confirmed by another, or issued for a whole course.
A worker does it, a few at a time; each step may run twice, late or never, and a sweep goes on with what was left."""
