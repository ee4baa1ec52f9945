"""What lessons cost on a thin line: weighed after each publication, told to authors beforehand and to learners on cards.
May import courses.lessons and below."""
