"""Programme leads in the CMS: requests, appeals and audits to answer, policy versions, country facts.
May import what lms.access.views may."""
