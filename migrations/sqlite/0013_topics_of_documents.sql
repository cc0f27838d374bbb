-- The topics of documents (IHE DSUBm) beside our own, and an end. The table is made again, for its constraint on
-- topics, and with it the one that points at it. Forward only.

CREATE TABLE subscription_to_topics (
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
    ends_at     INTEGER,          -- by itself
    ended_at    INTEGER,
    failures    INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0, -- of the events that it was given
    CONSTRAINT subscription_pk PRIMARY KEY (patient_key, id),
    CONSTRAINT subscription_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT subscription_owner_is_known CHECK (owner_kind IN ('holder', 'representative', 'professional')),
    CONSTRAINT subscription_topic_is_known CHECK (topic IN (
        'record-activity', 'emergency-access', 'document-created', 'document-status', 'document-events')),
    CONSTRAINT subscription_channel_is_known CHECK (channel IN ('rest-hook', 'email')),
    CONSTRAINT subscription_content_is_known CHECK (content IN ('empty', 'id-only')),
    CONSTRAINT subscription_status_is_known CHECK (
        status IN ('requested', 'active', 'error', 'off') AND (status = 'off') = (ended_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO subscription_to_topics (patient_key, id, owner_kind, owner, topic, channel, content, endpoint, status,
    created_at, ended_at, failures, next_try_at, last_number)
SELECT patient_key, id, owner_kind, owner, topic, channel, content, endpoint, status,
    created_at, ended_at, failures, next_try_at, last_number
FROM subscription;

CREATE TABLE delivery_of_topics (
    patient_key  BLOB    NOT NULL,
    message      BLOB    NOT NULL, -- id in the outbox
    subscription BLOB    NOT NULL,
    number       INTEGER NOT NULL,
    delivered_at INTEGER,
    CONSTRAINT delivery_pk PRIMARY KEY (patient_key, message, subscription),
    CONSTRAINT delivery_is_of_a_subscription
        FOREIGN KEY (patient_key, subscription) REFERENCES subscription_to_topics (patient_key, id)
) STRICT, WITHOUT ROWID;

INSERT INTO delivery_of_topics (patient_key, message, subscription, number, delivered_at)
SELECT patient_key, message, subscription, number, delivered_at
FROM delivery;

DROP TABLE delivery;
DROP TABLE subscription;
ALTER TABLE subscription_to_topics RENAME TO subscription;
ALTER TABLE delivery_of_topics RENAME TO delivery;

CREATE UNIQUE INDEX subscription_id_is_unique ON subscription (id);
CREATE INDEX subscription_to_greet ON subscription (next_try_at) WHERE status = 'requested';
