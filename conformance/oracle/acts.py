"""The last table of the law: what may be done to a document, and the choices about a record."""

from typing import NamedTuple

from parties import PATIENTS, STRUCTURES, place, stranger, word
from read import View, before_the_mode, by_the_mode, is_shown, view
from tables import OWN, RIGHTS

CLOSED = "act_is_open_to_caller"
DOCTORS = {"med_non_mt", "med_travail", "mt"}

# Deeds that the sheets of functional rights know, by their action there.
ACTIONS = {
    "mask": "mask",
    "unmask": "unmask",
    "announce": "make_visible",
    "show-representatives": "make_visible",
    "archive": "archive",
    "restore": "unarchive",
    "delete": "delete",
}
DEEDS = {*ACTIONS, "mask-to", "unmask-to", "destroy"}

OF_THE_HOLDER = {"authorise", "withdraw", "block", "unblock", "oppose-mode", "allow-masked", "declare-treating",
                 "end-treating", "refuse-feeding", "oppose-record", "close", "erase"}
OF_PROFESSIONALS = {"attest": "declare_authorisation", "relinquish": "remove_authorisation",
                    "cease-treating": "cease_treating"}
ALSO_WHEN_CLOSED = {"close", "erase"}


class Actor(NamedTuple):
    """A caller whom lines 1 to 8 let pass; `looks`: line 9 lets them see what is not their own."""

    sheet: str
    mode: str
    looks: bool
    view: View


def actor(caller, record):
    """Lines 1 to 8 as for one reference: the refusal (a string), or the actor."""
    refused = before_the_mode(caller, record, "reference")
    if refused:
        return refused
    looks = not any(by_the_mode(caller, record, "reference"))
    return Actor(caller.sheet, caller.mode, looks, view(caller, record))


def act(actor, document, opening, deed):
    """The answer to a deed on a document, by an actor or by one already refused."""
    word(deed, *DEEDS)
    if isinstance(actor, str):
        return actor
    if document.gone:
        return "absent"
    if not document.own and not (actor.looks and is_shown(actor.view, document, opening)):
        return "absent"
    may = holder_may if actor.view.column in PATIENTS else professional_may
    return "ok" if may(actor, document, deed) else CLOSED


def holder_may(actor, document, deed):
    """Holder and representative: the table of acts alone, the sheets have no column for them; normal mode (9b)."""
    if actor.mode != "normal":
        return False
    if deed in ("mask", "mask-to", "unmask", "unmask-to"):
        return True
    if deed in ("archive", "restore"):
        return document.by_holder
    if deed == "destroy":
        return document.by_holder or document.by_blocked
    return False


def professional_may(actor, document, deed):
    """Everybody else: the sheet and the table of acts, both."""
    if deed not in ACTIONS:
        return False
    condition = RIGHTS[actor.sheet].right(ACTIONS[deed], actor.view.column, actor.mode)
    if condition is None or (word(condition, "", *OWN) and not document.own):
        return False
    return table_allows(actor, document, deed)


def table_allows(actor, document, deed):
    """The table of acts, for those who are neither holder nor representative."""
    column, normal = actor.view.column, actor.mode == "normal"
    if deed == "delete":
        return document.own
    if column in STRUCTURES:
        return False
    if deed in ("archive", "restore"):
        anyone = column in DOCTORS and (not normal or actor.sheet == "606")
        return document.own or column == "mt" or anyone
    if deed == "unmask":
        return normal and (document.own or column == "mt")
    return normal


def choose(caller, record, choice):
    """The answer to a choice about a record."""
    word(choice, *OF_THE_HOLDER, *OF_PROFESSIONALS)
    if caller.other_patient:
        return "token_patient_is_query_patient"
    if stranger(caller, record):
        return "absent"
    column = place(caller, record)
    if column is None:
        return "caller_has_a_place"
    if record.state == "absent":
        return "absent"
    if record.state == "closed" and choice not in ALSO_WHEN_CLOSED:
        return "record_is_open"
    if choice == "attest" and record.blocked and column not in PATIENTS:
        return "caller_is_not_blocked"
    return "ok" if choice_is_open(caller, column, choice) else CLOSED


def choice_is_open(caller, column, choice):
    """Who makes which choice: the holder's are the holder's, a professional speaks of oneself in normal mode."""
    if caller.mode != "normal":
        return False
    if choice in OF_THE_HOLDER:
        return column in PATIENTS
    if column in PATIENTS:
        return False
    condition = RIGHTS[caller.sheet].right(OF_PROFESSIONALS[choice], column, "normal")
    if condition is None:
        return False
    return condition == "" or (word(condition, "authorisation for the structure") != "" and caller.structure)
