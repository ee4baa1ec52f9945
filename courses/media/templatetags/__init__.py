"""What templates ask of recordings: what there is to play, sizes and durations in words.
May import what courses.media may."""
