-- Subscriptions, and how far the messages of the outbox got. Forward only.
-- Encrypted columns are marked "enc" as in the first step.

ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0
    CONSTRAINT outbox_attempts_are_counted CHECK (attempts >= 0);
ALTER TABLE outbox ADD COLUMN next_try_at INTEGER; -- not before
ALTER TABLE outbox ADD COLUMN outcome TEXT
    CONSTRAINT outbox_outcome_is_known CHECK (outcome IN ('sent', 'to-nobody', 'in-letter'));

-- Who is told of what, where. An id stands in clear: it is random. A representative is found by the same blind
-- index, of this record alone, as their link; a professional by PS_IdNat; the holder needs neither.
CREATE TABLE subscription (
    patient_key BLOB    NOT NULL,
    id          BLOB    NOT NULL,
    owner_kind  TEXT    NOT NULL,
    owner       BLOB    NOT NULL, -- blind index, PS_IdNat as bytes, or empty
    topic       TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    content     TEXT    NOT NULL,
    endpoint    BLOB    NOT NULL, -- enc
    status      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    failures    INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0, -- of the events that it was given
    CONSTRAINT subscription_pk PRIMARY KEY (patient_key, id),
    CONSTRAINT subscription_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT subscription_owner_is_known CHECK (owner_kind IN ('holder', 'representative', 'professional')),
    CONSTRAINT subscription_topic_is_known CHECK (topic IN ('record-activity', 'emergency-access')),
    CONSTRAINT subscription_channel_is_known CHECK (channel IN ('rest-hook', 'email')),
    CONSTRAINT subscription_content_is_known CHECK (content IN ('empty', 'id-only')),
    CONSTRAINT subscription_status_is_known CHECK (
        status IN ('requested', 'active', 'error', 'off') AND (status = 'off') = (ended_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX subscription_id_is_unique ON subscription (id);
CREATE INDEX subscription_to_greet ON subscription (next_try_at) WHERE status = 'requested';

-- A message given to a subscription: its number is the same at every try.
CREATE TABLE delivery (
    patient_key  BLOB    NOT NULL,
    message      BLOB    NOT NULL, -- id in the outbox
    subscription BLOB    NOT NULL,
    number       INTEGER NOT NULL,
    delivered_at INTEGER,
    CONSTRAINT delivery_pk PRIMARY KEY (patient_key, message, subscription),
    CONSTRAINT delivery_is_of_a_subscription
        FOREIGN KEY (patient_key, subscription) REFERENCES subscription (patient_key, id)
) STRICT, WITHOUT ROWID;

-- Whose year stands in an export already.
CREATE TABLE summary (
    patient_key BLOB    NOT NULL,
    year        INTEGER NOT NULL,
    exported_at INTEGER NOT NULL,
    CONSTRAINT summary_pk PRIMARY KEY (patient_key, year),
    CONSTRAINT summary_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key)
) STRICT, WITHOUT ROWID;
