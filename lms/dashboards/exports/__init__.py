"""Tables too long for one answer: asked for on a page, written into a file by a worker, fetched from a private address.
May import what lms.dashboards may, and from there the rules of withholding and who teaches what."""
