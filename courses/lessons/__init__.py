"""Modules, lessons, the blocks they are made of, glossary terms and references.
May import courses.catalogue and below."""
