"""Course runs, the contract a learner enrols under, and who may open which lesson.
May import courses.lessons and below."""
