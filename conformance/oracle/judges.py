"""One judge for each kind of line: finds its columns by name, reduces them, and remembers every reduction.

A reduction keeps only the columns that the kind's rules look at; equal reductions are one small number, so that the
tables of answers stay small however many lines there are.
"""

from operator import itemgetter

from acts import act, actor, choose
from deposit import Entry, deposit
from parties import BITS, CALLER, DOCUMENT, RECORD, caller, document, known_type, record
from read import OK, is_shown, opening, read, view


class Remembered(dict):
    """A function of one key, with its answers kept."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def __missing__(self, key):
        answer = self[key] = self.answer(key)
        return answer


class Numbered(Remembered):
    """A function of one key whose equal answers share one number; `values` has the answers by number."""

    def __init__(self, answer):
        super().__init__(answer)
        self.values = []
        self.numbers = {}

    def __missing__(self, key):
        value = self.answer(key)
        number = self.numbers.get(value)
        if number is None:
            number = self.numbers[value] = len(self.values)
            self.values.append(value)
        self[key] = number
        return number


class Columns:
    """The columns of a kind, by name. The kind itself is column 0 of a line."""

    def __init__(self, names):
        self.at = {name: index for index, name in enumerate(names, start=1)}
        if len(self.at) != len(names):
            raise ValueError("a column stands twice")

    def begin_with(self, names):
        """Are these, in any order, the first columns?"""
        return {self.at[name] for name in names} == set(range(1, len(names) + 1))

    def of(self, *names):
        """Takes these columns out of a split line, as a tuple (a string when there is one)."""
        missing = [name for name in names if name not in self.at]
        if missing:
            raise ValueError(f"columns missing: {', '.join(missing)}")
        return itemgetter(*(self.at[name] for name in names))


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


def documents(columns, *left_out):
    names = without(DOCUMENT, *left_out)
    return columns.of(*names), Numbered(only(names, DOCUMENT, document))


def openings(columns):
    """Takes row and type, and how the type stands to the row."""
    return columns.of("row", "type"), Remembered(lambda cell: opening(cell[0], known_type(cell[1])))


class Judge:
    """Splits a line and decides it: the answer given, and ours."""

    def __init__(self, judge, width):
        self.judge = judge
        self.width = width

    def __call__(self, line):
        return self.of(line.rstrip("\n").split("\t"))

    def of(self, fields):
        if len(fields) != self.width:
            raise ValueError(f"{len(fields)} columns, not {self.width}")
        return fields[-1], self.judge(fields)


class HeadedJudge:
    """The same, quicker, when the caller's columns come first: lines that follow each other mostly have the same
    caller (the head), and the tails are few and are remembered whole."""

    def __init__(self, caller_of, tails, answers):
        self.caller_of = caller_of
        self.tails = tails
        self.answers = answers
        self.head, self.cut, self.caller = "\n", 0, None

    def __call__(self, line):
        if not line.startswith(self.head):
            fields = line.split("\t", len(CALLER) + 1)
            if len(fields) != len(CALLER) + 2:
                raise ValueError("columns missing")
            self.caller = self.caller_of(fields)
            self.cut = len(line) - len(fields[-1])
            self.head = line[:self.cut]
        about, asked, given = self.tails[line[self.cut:]]
        return given, self.answers[self.caller, about, asked]


def reduced_tail(tail, width, take_record, record_of, take_asked):
    """What follows the caller's columns: the record's number, what is asked, the answer given."""
    fields = [""] * (len(CALLER) + 1) + tail.rstrip("\n").split("\t")
    if len(fields) != width:
        raise ValueError(f"{len(fields)} columns, not {width}")
    return record_of[take_record(fields)], take_asked(fields), fields[-1]


def judge_read(columns):
    return judge_of_the_record(columns, without(RECORD, "masked_btg", "masked_c15", "feeding_refused"), "act", read)


def judge_show(columns):
    take_caller, caller_of = callers(columns)
    take_record, record_of = records(columns, "feeding_refused")
    take_document, document_of = documents(columns, "by_holder", "by_blocked")
    take_cell, opening_of = openings(columns)
    take_act = columns.of("act")

    def viewed(key):
        who, about = caller_of.values[key[0]], record_of.values[key[1]]
        return view(who, about) if read(who, about, key[2]) == OK else None

    view_of = Numbered(viewed)

    def shown(key):
        if view_of.values[key[0]] is None:
            return "-"
        return "shown" if is_shown(view_of.values[key[0]], document_of.values[key[1]], key[2]) else "hidden"

    answers = Remembered(shown)

    def judge(line):
        seen = view_of[caller_of[take_caller(line)], record_of[take_record(line)], take_act(line)]
        return answers[seen, document_of[take_document(line)], opening_of[take_cell(line)]]

    return Judge(judge, len(columns.at) + 2)


def judge_deposit(columns):
    names = ("type", "inv_patient", "inv_reps", "secret", "signs", "with_set")
    take_caller, caller_of = columns.of(*CALLER), Numbered(lambda values: caller(*values))
    take_record, record_of = records(columns, "blocked", "authorisation", "granted", "btg_opposed", "c15_opposed",
                                     "masked_btg", "masked_c15")
    take_entry = columns.of(*names)
    entry_of = Numbered(lambda values: Entry(known_type(values[0]), *(BITS[bit] for bit in values[1:])))
    answers = Remembered(lambda key: deposit(caller_of.values[key[0]], record_of.values[key[1]],
                                             entry_of.values[key[2]]))

    def judge(line):
        return answers[caller_of[take_caller(line)], record_of[take_record(line)], entry_of[take_entry(line)]]

    return Judge(judge, len(columns.at) + 2)


def judge_act(columns):
    take_caller, caller_of = callers(columns)
    take_record, record_of = records(columns, "feeding_refused")
    take_document, document_of = documents(columns)
    take_cell, opening_of = openings(columns)
    take_deed = columns.of("deed")
    actor_of = Numbered(lambda key: actor(caller_of.values[key[0]], record_of.values[key[1]]))
    answers = Remembered(lambda key: act(actor_of.values[key[0]], document_of.values[key[1]], key[2], key[3]))

    def judge(line):
        who = actor_of[caller_of[take_caller(line)], record_of[take_record(line)]]
        return answers[who, document_of[take_document(line)], opening_of[take_cell(line)], take_deed(line)]

    return Judge(judge, len(columns.at) + 2)


def judge_choice(columns):
    return judge_of_the_record(columns, ("record", "relation", "minor", "blocked"), "choice", choose)


def judge_of_the_record(columns, names, asked, decide):
    """A judge of level R: caller, record and what is asked, no document."""
    take_caller, caller_of = callers(columns)
    take_record, record_of = columns.of(*names), Numbered(only(names, RECORD, record))
    take_asked = columns.of(asked)
    answers = Remembered(lambda key: decide(caller_of.values[key[0]], record_of.values[key[1]], key[2]))

    def judge(line):
        return answers[caller_of[take_caller(line)], record_of[take_record(line)], take_asked(line)]

    width = len(columns.at) + 2
    if not columns.begin_with(CALLER):
        return Judge(judge, width)
    return HeadedJudge(lambda line: caller_of[take_caller(line)],
                       Remembered(lambda tail: reduced_tail(tail, width, take_record, record_of, take_asked)),
                       answers)


JUDGES = {"read": judge_read, "show": judge_show, "deposit": judge_deposit, "act": judge_act, "choice": judge_choice}
