"""What the program says that goes along, in the language of the course: it has no words of its own."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Return the sentences of pages and of the terminal, by the names under which the program knows them."""
    return _of_pages() | _of_the_terminal()


def _of_pages() -> dict[str, str]:
    return {
        "problem": _("That did not work"),
        "unreadable": _("What your phone sent could not be read. Go back and try again."),
        "too_long": _("That is too long to be kept. Shorten it and try again."),
        "not_found": _("There is no such page here."),
        "nobody_here": _("Say who you are first: only then can it be kept."),
        "from_elsewhere": _(
            "This was sent from a page that is not part of the course. Open the course and do it there."
        ),
        "not_kept": _(
            "It could not be kept: the class’s computer cannot write to its disk. Tell the host, then try again."
        ),
        "fault": _(
            "Something went wrong on the class’s computer. What was kept before is safe; try again, or tell the host."
        ),
        "full": _("This computer has taken as much as it can bring to the academy at once. Tell the host."),
        "nothing_yet": _("Nobody has done anything yet, so there is nothing to bring."),
        "name_missing": _("Enter your name, of at most 120 characters."),
        "address_wrong": _("This is no e-mail address. Check it: your work is brought to the account with it."),
        "pin_wrong": _("A PIN has 4 to 12 digits and nothing else."),
        "agree": _("Tick that your work may be brought to the academy; without that, it cannot count."),
        "taken": _(
            "Somebody has joined here with this address. If it is yours, come back with your PIN; the host can give you a new one."
        ),
        "no_such_pin": _(
            "This address and this PIN do not belong together. Check both; the host can give you a new PIN."
        ),
        "wait": _("There were too many wrong PINs. Wait five minutes, or ask the host for a new one."),
        "wrong_code": _("This is not the code. It stands in the window in which the class was started."),
        "place_twice": _("Place %(place)s is given to “%(first)s” and to “%(second)s”. Give each a place of its own."),
        "place_missing": _(
            "“%(thing)s” has no place yet. Give each a place, or none of them if you leave the question open."
        ),
    }


def _of_the_terminal() -> dict[str, str]:
    return {
        "what_it_does": _("serves the course in this folder to a class over Wi-Fi."),
        "help_port": _("the port to listen on; without it, the first that is free from 8000 on"),
        "help_export": _("write the file for the academy into work/returns, and serve nothing"),
        "type_this": _("Everybody in the same Wi-Fi opens one of these addresses:"),
        "this_computer": _("on this computer"),
        "for_the_host": _("For the host, who fetches the file for the academy:"),
        "host_code": _("The host’s code:"),
        "how_to_end": _(
            "Leave this window open while the class works. Ctrl-C ends it; nothing is lost, and it goes on when started again."
        ),
        "ended": _("Ended. Everything is kept in the folder “work”."),
        "written": _("Written. Bring it to the academy:"),
        "cannot_write": _(
            "The work of a class cannot be kept in this folder. Copy the whole folder to this computer’s own disk and start it there."
        ),
        "no_port": _("No port is free to listen on. Is the class running already? Else name one with --port."),
    }
