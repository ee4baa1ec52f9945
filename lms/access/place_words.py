"""Where somebody stands for a seat, and why, as sentences in the reader's language and time zone."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lms.access.models import Application, SeatPool
from lms.access.queries.outlooks import Outlook
from lms.access.queries.seats import Place
from lms.access.rules.seats import RESERVED

State = Application.State
APPLY, ACCEPT = "apply", "accept"


@dataclass(frozen=True)
class Told:
    """What a panel says. tone: "good", "warm" or empty, for its looks; action: what the reader can do, if anything."""

    heading: str
    sentences: tuple[str, ...]
    tone: str = ""
    action: str = ""
    may_give_up: bool = False


def told_of(outlook: Outlook) -> Told:
    """Return what a reader is told of a pool of seats and of their own place in it."""
    application, place = outlook.application, outlook.place
    if outlook.pool.closed_at is not None:
        return Told(_("Called off"), (_("This has been called off. Nobody needs to do anything."),))
    if application is None or place is None:
        return _to_newcomer(outlook)
    match application.state:
        case State.WAITING:
            return Told(
                _("You are on the list"),
                tuple(_while_waiting(outlook, place, application)),
                tone="warm",
                may_give_up=True,
            )
        case State.HELD:
            return _with_offer(outlook, application)
        case State.CONFIRMED:
            return _with_seat(outlook, application)
        case State.CLOSED:
            return _without_seat(application)
    return _again(outlook, application)


def line_of(application: Application) -> str:
    """Return how an application stands, in one sentence."""
    match application.state:
        case State.WAITING:
            return _("You are on the list; we write to you when a seat falls to you.")
        case State.HELD if application.held_until:
            return _("A seat is held for you until %(moment)s.") % {"moment": moment(application.held_until)}
        case State.CONFIRMED:
            return _("You have a seat.")
        case State.LAPSED:
            return _("The seat held for you was not taken in time.")
    return str(State(application.state).label)


def moment(at: datetime) -> str:
    """Return such as "4 February 2027, 14:00", in the reader's zone."""
    # Translators: Django's date format for a day and time, as in "4 February 2027, 14:00"
    return date_format(timezone.localtime(at), _("j F Y, H:i"))


# -- Who has not applied -------------------------------------------------------------------------------------------


def _to_newcomer(outlook: Outlook) -> Told:
    pool = outlook.pool
    seats = [_how_many(outlook)]
    if outlook.now < pool.opens_early_at:
        opens = _("You can apply from %(moment)s.") % {"moment": moment(pool.opens_early_at)}
        return Told(_("Seats are limited"), (*seats, opens))
    if not outlook.takes_applications:
        return Told(_("Applications have ended"), (_("It has begun, so nobody can apply any more."),))
    return Told(_("Apply for a seat"), (*seats, *_prospects(outlook)), action=APPLY)


def _how_many(outlook: Outlook) -> str:
    total, reserved = outlook.seats.total, outlook.seats.reserved
    if not reserved or outlook.has_released:
        return ngettext("There is %(total)s seat.", "There are %(total)s seats.", total) % {"total": total}
    return ngettext(
        "There are %(total)s seats; %(reserved)s of them is reserved until %(moment)s for people who work where genomics has few "
        "resources.",
        "There are %(total)s seats; %(reserved)s of them are reserved until %(moment)s for people who work where genomics has few "
        "resources.",
        reserved,
    ) % {"total": total, "reserved": reserved, "moment": moment(outlook.pool.releases_at)}


def _prospects(outlook: Outlook) -> list[str]:
    """What applying now would come to."""
    pool, is_batch = outlook.pool, outlook.pool.mode == SeatPool.Mode.BATCH
    if outlook.has_priority and outlook.free.reserved and not outlook.has_released and not is_batch:
        return [_("A reserved seat is free for you, because you have priority: apply, and it is yours at once.")]
    if outlook.is_before_ballot:
        return [
            _(
                "Who applies before %(moment)s is placed by a draw, so it makes no difference who comes first; later ones follow in "
                "order of arrival."
            )
            % {"moment": moment(pool.opens_at)}
        ]
    if not outlook.waiting and (outlook.free.open or (outlook.has_released and outlook.free.reserved)):
        return [_("Seats are free: apply, and one is yours at once.")]
    return [
        ngettext(
            "No seat is free for you at present, and %(count)s person waits. Apply, and you join the list at its end; seats come free "
            "when people give them back.",
            "No seat is free for you at present, and %(count)s people wait. Apply, and you join the list at its end; seats come free "
            "when people give them back.",
            outlook.waiting,
        )
        % {"count": outlook.waiting}
    ]


# -- Who waits -----------------------------------------------------------------------------------------------------


def _while_waiting(outlook: Outlook, place: Place, application: Application) -> list[str]:
    pool, said = outlook.pool, []
    if outlook.is_before_ballot:
        said.append(
            _(
                "The open seats are given on %(moment)s, in an order that is drawn among all who apply before; it makes no difference "
                "who applied first."
            )
            % {"moment": moment(pool.opens_at)}
        )
    elif place.place_open is not None:
        said.append(
            _("For open seats you are number %(place)s of %(count)s on the list, which is the same for everybody.")
            % {"place": place.place_open, "count": place.waiting_open}
        )
        said.append(
            _("The draw has placed you there, among all who applied before %(moment)s.")
            % {"moment": moment(pool.opens_at)}
            if application.joined_at < pool.opens_at
            else _("You applied on %(moment)s; who applied later stands behind you.")
            % {"moment": moment(application.joined_at)}
        )
    if place.place_reserved is not None:
        said.append(
            _(
                "For reserved seats you are number %(place)s of %(count)s, because you have priority. They go to people with priority "
                "in order of arrival; you applied on %(moment)s."
            )
            % {"place": place.place_reserved, "count": place.waiting_reserved, "moment": moment(application.joined_at)}
        )
    if outlook.seats.reserved and not outlook.has_released:
        said.append(
            _("Reserved seats that nobody with priority needs are released to the whole list on %(moment)s.")
            % {"moment": moment(pool.releases_at)}
        )
    said.append(
        _("When a seat falls to you, we hold it for %(hours)s hours and write to you.") % {"hours": pool.hold_hours}
    )
    return said


# -- Who has a seat, or had one ------------------------------------------------------------------------------------


def _with_offer(outlook: Outlook, application: Application) -> Told:
    return Told(
        _("A seat is held for you"),
        (
            _("It is held until %(moment)s. Take it before then, or it goes to the next person.")
            % {"moment": moment(application.held_until or outlook.pool.starts_at)},
            _why(application),
        ),
        tone="warm",
        action=ACCEPT,
        may_give_up=True,
    )


def _with_seat(outlook: Outlook, application: Application) -> Told:
    said = [_("It is yours until you give it back."), _why(application)]
    if outlook.now < outlook.pool.starts_at:
        said.append(_("If you cannot come, give it back, so that somebody else can."))
    return Told(_("You have a seat"), tuple(said), tone="good", may_give_up=outlook.now < outlook.pool.starts_at)


def _without_seat(application: Application) -> Told:
    said = [_("It has begun, and nobody gave back a seat for you in time.")]
    owed = getattr(application, "owed", None)
    if owed is not None and owed.given_at is None:
        said.append(
            _(
                "Your appeal was upheld after that, so one of the reserved seats of the next run is yours. We write to you as soon "
                "as its dates are known."
            )
        )
    elif owed is not None:
        said.append(_("Your appeal was upheld after that, and one of the reserved seats of the next run is yours."))
    return Told(_("No seat came free"), tuple(said))


def _why(application: Application) -> str:
    if application.seat is not None and application.seat.kind == RESERVED:
        if made_good := getattr(application, "made_good", None):
            return _(
                "“%(title)s” had begun before your appeal was upheld. One of the reserved seats of its next run is yours for that, "
                "and it is free for you."
            ) % {"title": made_good.missed.pool.label_in(get_language() or "")["title"]}
        if application.block is not None:
            return _(
                "It is one of the reserved seats kept for a group of %(institution)s, which has named you. It is free for you "
                "because you have priority."
            ) % {"institution": application.block.institution}
        if application.is_priority:
            return _("It is a reserved seat, and it is free for you because you have priority.")
        return _(
            "It is a reserved seat that nobody with priority waited for, so it was released; you came first on the list."
        )
    return _("It is an open seat; you came first on the list, which is the same for everybody.")


def _again(outlook: Outlook, application: Application) -> Told:
    said = []
    if application.state == State.LAPSED:
        heading = _("The time to take your seat is over")
        if application.ended_at:
            said.append(
                _("It was held for you and not taken, so on %(moment)s it went to the next person.")
                % {"moment": moment(application.ended_at)}
            )
    else:
        heading = _("You have given up your place")
    if not outlook.takes_applications:
        return Told(heading, tuple(said))
    said.append(_("If you still want to come, apply again; you then join the list at its end."))
    return Told(heading, tuple(said), action=APPLY)
