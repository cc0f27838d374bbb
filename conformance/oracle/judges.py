"""One judge for each kind of line: finds its columns by name, reduces them, and decides.

A reduction keeps only the columns that the kind's rules look at; equal reductions are one small number, so that the
tables of answers stay small however many lines there are.
"""

from acts import act, actor, choose
from deposit import Entry, deposit
from lines import Judge, Numbered, RecordJudge, Remembered
from parties import BITS, CALLER, DOCUMENT, RECORD, caller, document, known_type, record
from read import OK, is_shown, opening, read, view


# What a kind does not look at stands at a neutral value, whatever the line says.
NEUTRAL = {"record": "open", "relation": "stranger", "minor": "0", "blocked": "0", "authorisation": "missing",
           "granted": "missing", "status": "approved", "row": "-"}


def only(names, all_names, make):
    """`make` of all the names, from a tuple of these only."""
    order = [names.index(name) if name in names else None for name in all_names]
    rest = [NEUTRAL.get(name, "0") for name in all_names]

    def made(values):
        return make(*(rest[i] if at is None else values[at] for i, at in enumerate(order)))

    return made


def without(names, *left_out):
    return tuple(name for name in names if name not in left_out)


def callers(columns):
    """Takes the caller's columns, and their reduction without the row (which only the matrix looks at)."""
    return columns.of(*CALLER), Numbered(lambda values: caller(*values)._replace(row="-"))


def records(columns, *left_out):
    names = without(RECORD, *left_out)
    return columns.of(*names), Numbered(only(names, RECORD, record))


def documents(columns, after, *left_out):
    names = without(DOCUMENT, *left_out)
    return columns.of(*names, after=after), Numbered(only(names, DOCUMENT, document))


def openings():
    """How a type stands to a row, by (row, type)."""
    return Remembered(lambda cell: opening(cell[0], known_type(cell[1])))


def judge_read(columns):
    return judge_of_the_record(columns, without(RECORD, "masked_btg", "masked_c15", "feeding_refused"), "act", read)


def judge_show(columns, after):
    take_caller, caller_of = callers(columns)
    take_record, record_of = records(columns, "feeding_refused")
    take_document, document_of = documents(columns, after, "by_holder", "by_blocked")
    take_row, take_type, opening_of = columns.of("row"), columns.of("type", after=after), openings()
    take_act = columns.of("act", after=after)

    def viewed(key):
        who, about = caller_of.values[key[0]], record_of.values[key[1]]
        return view(who, about) if read(who, about, key[2]) == OK else None

    view_of = Numbered(viewed)

    def shown(key):
        if view_of.values[key[0]] is None:
            return "-"
        return "shown" if is_shown(view_of.values[key[0]], document_of.values[key[1]], key[2]) else "hidden"

    answers = Remembered(shown)

    def head(line):
        return caller_of[take_caller(line)], record_of[take_record(line)], take_row(line)

    def tail(shared, line):
        who, about, row = shared
        seen = view_of[who, about, take_act(line)]
        return answers[seen, document_of[take_document(line)], opening_of[row, take_type(line)]]

    return head, tail


def judge_deposit(columns, after):
    names = ("type", "inv_patient", "inv_reps", "secret", "signs", "with_set")
    take_caller, caller_of = columns.of(*CALLER), Numbered(lambda values: caller(*values))
    take_record, record_of = records(columns, "blocked", "authorisation", "granted", "btg_opposed", "c15_opposed",
                                     "masked_btg", "masked_c15")
    take_entry = columns.of(*names, after=after)
    entry_of = Numbered(lambda values: Entry(known_type(values[0]), *(BITS[bit] for bit in values[1:])))
    answers = Remembered(lambda key: deposit(caller_of.values[key[0]], record_of.values[key[1]],
                                             entry_of.values[key[2]]))

    def head(line):
        return caller_of[take_caller(line)], record_of[take_record(line)]

    def tail(shared, line):
        return answers[*shared, entry_of[take_entry(line)]]

    return head, tail


def judge_act(columns, after):
    take_caller, caller_of = callers(columns)
    take_record, record_of = records(columns, "feeding_refused")
    take_document, document_of = documents(columns, after)
    take_row, take_type, opening_of = columns.of("row"), columns.of("type", after=after), openings()
    take_deed = columns.of("deed", after=after)
    actor_of = Numbered(lambda key: actor(caller_of.values[key[0]], record_of.values[key[1]]))
    answers = Remembered(lambda key: act(actor_of.values[key[0]], document_of.values[key[1]], key[2], key[3]))

    def head(line):
        return actor_of[caller_of[take_caller(line)], record_of[take_record(line)]], take_row(line)

    def tail(shared, line):
        who, row = shared
        return answers[who, document_of[take_document(line)], opening_of[row, take_type(line)], take_deed(line)]

    return head, tail


def judge_choice(columns):
    return judge_of_the_record(columns, ("record", "relation", "minor", "blocked"), "choice", choose)


def judge_of_the_record(columns, names, asked, decide):
    """A judge of level R: caller, record and what is asked, no document."""
    after = len(CALLER) + 1 if columns.begin_with(CALLER) else 0
    take_caller, caller_of = callers(columns)
    take_record, record_of = columns.of(*names, after=after), Numbered(only(names, RECORD, record))
    take_asked = columns.of(asked, after=after)
    answers = Remembered(lambda key: decide(caller_of.values[key[0]], record_of.values[key[1]], key[2]))

    def head(line):
        return caller_of[take_caller(line)]

    def tail(line):
        return record_of[take_record(line)], take_asked(line)

    if after:
        return RecordJudge(columns, head, tail, answers)
    return Judge(columns, lambda *_: (head, lambda who, line: answers[who, *tail(line)]))


JUDGES = {
    "read": judge_read,
    "choice": judge_choice,
    "show": lambda columns: Judge(columns, judge_show),
    "deposit": lambda columns: Judge(columns, judge_deposit),
    "act": lambda columns: Judge(columns, judge_act),
}
