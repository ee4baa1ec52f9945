"""Scarce seats for who offers them and who answers for them: a pool live, what would be, and how fairly seats were shared.
May import what lms.dashboards may."""
