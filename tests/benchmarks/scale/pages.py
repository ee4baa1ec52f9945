"""What is measured at full scale: one line for another page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A page to measure, and its limits. reader: who asks, a key of READERS. {course}: the course with most learners."""

    name: str
    path: str
    reader: str
    milliseconds: int
    queries: int = 40


# One line for another page.
PAGES = (
    Asked("programme dashboard", "/insights/", "lead", 300),
    *(
        Asked(f"programme dashboard, {name}", f"/insights/?{query}", "lead", 300)
        for name, query in (
            ("a year ago", "period=2025-11"),
            ("one course", "course={course}"),
            ("one country", "country=KE"),
            ("a tier", "tier=P"),
            ("an institution", "institution={institution}"),
            ("a course and a country", "course={course}&country=KE"),
        )
    ),
    Asked("course drop-off", "/insights/courses/{course}/", "lead", 50),
    Asked("seats", "/insights/seats/", "lead", 300),
    Asked("roster", "/teach/{course}/learners/", "teacher", 100),
    Asked("roster, search", "/teach/{course}/learners/?q=learner+4711", "teacher", 100),
    Asked("roster, search for two letters", "/teach/{course}/learners/?q=si", "teacher", 100),
    Asked("roster, search for letters of nobody", "/teach/{course}/learners/?q=zq", "teacher", 100),
    Asked("roster, idle for 30 days", "/teach/{course}/learners/?state=active&idle=30&order=idle", "teacher", 100),
    Asked("courses taught", "/teach/", "teacher", 300),
)
