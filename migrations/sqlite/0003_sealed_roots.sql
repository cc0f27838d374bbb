-- Signed roots over the journal's lanes, and the counters of use.

-- Each root as it was signed and as it stands in the roots file outside this database: one JSON line.
CREATE TABLE sealed_root (
    number INTEGER NOT NULL,
    line   TEXT    NOT NULL,
    CONSTRAINT sealed_root_pk PRIMARY KEY (number)
) STRICT;

-- The head of each lane as last sealed: what the next root starts from. It can be made again from the roots.
CREATE TABLE sealed_head (
    lane  BLOB    NOT NULL,
    place INTEGER NOT NULL, -- the lane's leaf in the tree of every root, from 0
    seq   INTEGER NOT NULL,
    chain BLOB    NOT NULL,
    CONSTRAINT sealed_head_pk PRIMARY KEY (lane),
    CONSTRAINT sealed_head_has_its_own_place UNIQUE (place)
) STRICT, WITHOUT ROWID;

-- How often each kind of act was done, by month, without anybody's identifier. Counted in the event's transaction.
CREATE TABLE usage_count (
    month   TEXT    NOT NULL, -- YYYY-MM, UTC
    act     TEXT    NOT NULL,
    kind    TEXT    NOT NULL, -- professional, structure, holder, representative, operator
    mode    TEXT    NOT NULL,
    outcome TEXT    NOT NULL,
    events  INTEGER NOT NULL,
    CONSTRAINT usage_count_pk PRIMARY KEY (month, act, kind, mode, outcome),
    CONSTRAINT usage_count_outcome_is_known CHECK (outcome IN ('done', 'absent', 'refused'))
) STRICT, WITHOUT ROWID;
