"""What changes runs, contracts and enrolments, by subject.
May import courses.enrolment.queries and below."""

from courses.enrolment.services.contracts import contract_for, publish_contract
from courses.enrolment.services.learners import enrol_learner, leave_cohort, withdraw_learner

__all__ = ["contract_for", "enrol_learner", "leave_cohort", "publish_contract", "withdraw_learner"]
