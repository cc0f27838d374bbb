-- What the audit record repository does not have yet (IHE ITI-20). Forward only.

-- One row an event, in the order of commits, from the day that a repository is configured. The message is made of the
-- journal when it is sent: nothing of an event stands here. A row goes when the message has gone.
CREATE TABLE audit_outbox (
    position INTEGER NOT NULL,
    lane     BLOB    NOT NULL,
    seq      INTEGER NOT NULL,
    CONSTRAINT audit_outbox_pk PRIMARY KEY (position),
    CONSTRAINT audit_outbox_is_of_an_event FOREIGN KEY (lane, seq) REFERENCES journal (lane, seq)
) STRICT;

-- The first program put deposits, and nothing else, among the messages to people, for a relay that never came.
DELETE FROM outbox WHERE kind = 'audit';
