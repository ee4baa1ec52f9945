"""What a phone takes along of a course: its texts by address, a manifest, the worker that keeps and shows them.
May import courses.progress, courses.reflections and below."""
