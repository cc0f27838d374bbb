"""Lines and their columns: how a line is cut, and what is remembered so that equal parts are reduced once."""

from operator import itemgetter

from parties import CALLER, RECORD


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
        return {self.at.get(name) for name in names} == set(range(1, len(names) + 1))

    def of(self, *names, after=0):
        """Takes these columns out of a split line, as a tuple (a string when there is one). `after`: the line was
        cut after so many fields, and these columns follow the cut."""
        missing = [name for name in names if name not in self.at]
        if missing:
            raise ValueError(f"columns missing: {', '.join(missing)}")
        return itemgetter(*(self.at[name] - after for name in names))


class Judge:
    """Decides a line about a document: the answer given, and ours. `head` reduces the columns of caller and record,
    `tail` decides from that and the rest. When the former come first, lines that follow each other mostly share
    them, and only the rest is split."""

    def __init__(self, columns, make):
        shares = columns.begin_with((*CALLER, *RECORD))
        self.after = len(CALLER) + len(RECORD) + 1 if shares else 0
        self.width = len(columns.at) + 2 - self.after
        self.head_of, self.tail = make(columns, self.after)
        self.head, self.cut, self.shared = "\n", 0, None

    def __call__(self, line):
        if self.after == 0:
            fields = split(line, self.width)
            return fields[-1], self.tail(self.head_of(fields), fields)
        if not line.startswith(self.head):
            fields, self.cut = split_head(line, self.after)
            self.shared = self.head_of(fields)
            self.head = line[:self.cut]
        fields = split(line[self.cut:], self.width)
        return fields[-1], self.tail(self.shared, fields)


class RecordJudge:
    """Decides a line of level R whose first columns are the caller's: lines that follow each other mostly have the
    same caller (the head), and the tails are few and are remembered whole."""

    def __init__(self, columns, caller_of, about_of, answers):
        self.after = len(CALLER) + 1
        self.caller_of = caller_of
        self.answers = answers
        self.head, self.cut, self.caller = "\n", 0, None
        width = len(columns.at) + 2 - self.after

        def reduced(tail):
            fields = split(tail, width)
            return *about_of(fields), fields[-1]

        self.tails = Remembered(reduced)

    def __call__(self, line):
        if not line.startswith(self.head):
            fields, self.cut = split_head(line, self.after)
            self.caller = self.caller_of(fields)
            self.head = line[:self.cut]
        about, asked, given = self.tails[line[self.cut:]]
        return given, self.answers[self.caller, about, asked]


def split(text, width):
    """The fields of a line, or of what follows its head."""
    fields = text.rstrip("\n").split("\t")
    if len(fields) != width:
        raise ValueError(f"{len(fields)} columns, not {width}")
    return fields


def split_head(line, after):
    """The first fields of a line, and where the rest begins."""
    fields = line.split("\t", after)
    if len(fields) != after + 1:
        raise ValueError("columns missing")
    return fields, len(line) - len(fields[-1])
