"""The CMS's pages about money: what people owe for seats, and what staff have noted of it.
May import what lms.access may."""
