"""Mail that is not lost: each message is a row first, sent by a task, and found by a sweep if the task was.
May import lms.lib."""
