"""How certificates look, kept in the CMS and frozen at each change; accreditations and the days they cover.
May import certificates.rendering, certificates.award and courses."""
