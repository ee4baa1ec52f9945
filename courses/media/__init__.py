"""Video and sound: uploads, what is made of them for thin lines, captions and transcripts.
May import courses.catalogue and below."""
