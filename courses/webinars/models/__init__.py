from courses.webinars.models.answers import RegistrationAnswers
from courses.webinars.models.asking import AskedQuestion, Vote
from courses.webinars.models.attendance import Attendance, AttendanceDraft, AttendanceList, Presence
from courses.webinars.models.feedback import Feedback
from courses.webinars.models.feeds import CalendarFeed
from courses.webinars.models.mails import WebinarMail
from courses.webinars.models.meetings import Meeting
from courses.webinars.models.page_materials import WebinarMaterial
from courses.webinars.models.pages import WebinarIndexPage, WebinarPage, time_zone_choices
from courses.webinars.models.registrations import Join, Registration
from courses.webinars.models.series import WebinarSeriesPage
from courses.webinars.models.webinars import Webinar

__all__ = [
    "AskedQuestion",
    "Attendance",
    "AttendanceDraft",
    "AttendanceList",
    "CalendarFeed",
    "Feedback",
    "Join",
    "Meeting",
    "Presence",
    "Registration",
    "RegistrationAnswers",
    "Vote",
    "Webinar",
    "WebinarIndexPage",
    "WebinarMail",
    "WebinarMaterial",
    "WebinarPage",
    "WebinarSeriesPage",
    "time_zone_choices",
]
