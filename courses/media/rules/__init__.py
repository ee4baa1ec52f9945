"""What a recording becomes, how captions are read, which stretches were watched: decisions on plain values.
May import lms.lib."""
