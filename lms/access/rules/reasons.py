from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """Part of why a decision is as it is: a code, and the facts that its sentence names.

    The sentences stand in lms/access/words.py, for they are translated. A country is its code, a day an ISO date.
    """

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
