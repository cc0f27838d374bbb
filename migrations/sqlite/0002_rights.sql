-- Rights, representatives, activation, notices and the end of retention. Forward only.
-- Encrypted columns are marked "enc" as in the first step.

-- What a record knows of its own life. A notified record opens by itself six weeks after notified_at; a closed
-- or opposed one ends ten calendar years after closed_at or opposed_at: neither instant is written as a state.
ALTER TABLE record ADD COLUMN notified_at INTEGER;
ALTER TABLE record ADD COLUMN activated_at INTEGER;
ALTER TABLE record ADD COLUMN opposed_at INTEGER;
ALTER TABLE record ADD COLUMN treating_since INTEGER;
ALTER TABLE record ADD COLUMN break_glass_opposed_since INTEGER;
ALTER TABLE record ADD COLUMN centre_15_opposed_since INTEGER;
ALTER TABLE record ADD COLUMN masked_in_break_glass_since INTEGER;
ALTER TABLE record ADD COLUMN masked_in_centre_15_since INTEGER;
ALTER TABLE record ADD COLUMN card_index BLOB; -- blind index of the carte Vitale's serial number, in this record
ALTER TABLE record ADD COLUMN notice TEXT NOT NULL DEFAULT 'first'
    CONSTRAINT record_notice_is_known CHECK (notice IN ('first', 'each'));

-- What an older program did not write down counts from now, so that nobody's delay is cut short.
UPDATE record SET notified_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000;
UPDATE record SET opposed_at = notified_at WHERE state = 'opposed';
UPDATE record SET closed_at = notified_at WHERE state = 'closed' AND closed_at IS NULL;
UPDATE record SET treating_since = notified_at WHERE treating_physician IS NOT NULL;
UPDATE record SET break_glass_opposed_since = notified_at WHERE break_glass_opposed = 1;
UPDATE record SET centre_15_opposed_since = notified_at WHERE centre_15_opposed = 1;
UPDATE record SET masked_in_break_glass_since = notified_at WHERE masked_in_break_glass = 1;
UPDATE record SET masked_in_centre_15_since = notified_at WHERE masked_in_centre_15 = 1;

-- What the holder granted stands apart from what a professional declared: only the former admits an occupational
-- doctor (CE, 15 October 2025).
CREATE TABLE authorisation_with_ground (
    patient_key       BLOB    NOT NULL,
    kind              TEXT    NOT NULL,
    id                TEXT    NOT NULL, -- PS_IdNat or Struct_IdNat
    granted_by_holder INTEGER NOT NULL,
    ground            TEXT    NOT NULL,
    since             INTEGER NOT NULL,
    until             INTEGER NOT NULL,
    CONSTRAINT authorisation_pk PRIMARY KEY (patient_key, kind, id, granted_by_holder),
    CONSTRAINT authorisation_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT authorisation_kind_is_known CHECK (kind IN ('person', 'structure')),
    CONSTRAINT authorisation_ground_is_known CHECK (
        ground IN ('consent-collected', 'care-team-informed', 'granted-by-holder')
        AND granted_by_holder = (ground = 'granted-by-holder'))
) STRICT, WITHOUT ROWID;

INSERT INTO authorisation_with_ground (patient_key, kind, id, granted_by_holder, ground, since, until)
SELECT patient_key, kind, id, 0, 'consent-collected', CAST(strftime('%s', 'now') AS INTEGER) * 1000000, until
FROM authorisation;

DROP TABLE authorisation;
ALTER TABLE authorisation_with_ground RENAME TO authorisation;

-- To whom the holder masked a document by name.
CREATE TABLE masked_to (
    patient_key BLOB    NOT NULL,
    document    BLOB    NOT NULL, -- logicalID
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL, -- PS_IdNat or Struct_IdNat
    since       INTEGER NOT NULL,
    CONSTRAINT masked_to_pk PRIMARY KEY (patient_key, document, kind, id),
    CONSTRAINT masked_to_is_of_an_entry
        FOREIGN KEY (patient_key, document) REFERENCES entry (patient_key, document),
    CONSTRAINT masked_to_kind_is_known CHECK (kind IN ('person', 'structure'))
) STRICT, WITHOUT ROWID;

-- Who acts for the holder. The index is blind and of this record alone, so that no two records tell of each other.
CREATE TABLE representative (
    patient_key    BLOB    NOT NULL,
    link           BLOB    NOT NULL, -- id of the event that made it
    representative BLOB    NOT NULL, -- blind index of the representative's matricule, in this record
    ins            BLOB    NOT NULL, -- enc
    kind           TEXT    NOT NULL,
    since          INTEGER NOT NULL,
    ended_at       INTEGER,
    CONSTRAINT representative_pk PRIMARY KEY (patient_key, link),
    CONSTRAINT representative_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT representative_kind_is_known CHECK (kind IN ('parent', 'guardian', 'helper'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX representative_is_linked_once ON representative (patient_key, representative)
WHERE ended_at IS NULL;

-- The one current provisional code of a record; the code itself is only in the message that carries it.
CREATE TABLE activation_code (
    patient_key BLOB    NOT NULL,
    digest      BLOB    NOT NULL, -- HMAC of the code, in this record
    until       INTEGER NOT NULL,
    tries_left  INTEGER NOT NULL,
    used_at     INTEGER,
    CONSTRAINT activation_code_pk PRIMARY KEY (patient_key),
    CONSTRAINT activation_code_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT activation_code_tries_are_counted CHECK (tries_left >= 0)
) STRICT, WITHOUT ROWID;

-- Who accessed the record for the first time, and when.
CREATE TABLE first_access (
    patient_key BLOB    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    CONSTRAINT first_access_pk PRIMARY KEY (patient_key, kind, id),
    CONSTRAINT first_access_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT first_access_kind_is_known CHECK (kind IN ('person', 'structure'))
) STRICT, WITHOUT ROWID;

-- Accesses that somebody must look at: in an emergency mode, or contested by the holder.
CREATE TABLE review (
    patient_key BLOB    NOT NULL,
    event       BLOB    NOT NULL, -- id of the access
    reason      TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    closed_at   INTEGER,
    closed_by   TEXT,
    CONSTRAINT review_pk PRIMARY KEY (patient_key, event, reason),
    CONSTRAINT review_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT review_reason_is_known CHECK (reason IN ('emergency', 'contested'))
) STRICT, WITHOUT ROWID;

CREATE INDEX review_open ON review (at) WHERE closed_at IS NULL;

-- A document says who added it; once destroyed, only that it was there and that its uniqueId is spent.
ALTER TABLE document ADD COLUMN added_by_holder INTEGER NOT NULL DEFAULT 0
    CONSTRAINT document_added_by_holder_is_boolean CHECK (added_by_holder IN (0, 1));
ALTER TABLE document ADD COLUMN spent_unique_id BLOB; -- blind index of the uniqueId, of a destroyed document only

-- The status that an archived document takes again.
ALTER TABLE entry ADD COLUMN status_before TEXT
    CONSTRAINT entry_status_before_is_known CHECK (status_before IN ('approved', 'deprecated'));

-- One row a message, with the documents that it is about beside it: what is hidden when the relay sends is withheld.
-- The notifications of the first step were one a document and no program sent them: they are not carried over.
CREATE TABLE outbox_of_events (
    patient_key  BLOB    NOT NULL,
    id           BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    recipient    TEXT,             -- of a message to a person
    event        BLOB    NOT NULL, -- id
    secret       INTEGER NOT NULL, -- of a minor's secret connection
    payload      BLOB    NOT NULL, -- enc
    created_at   INTEGER NOT NULL,
    delivered_at INTEGER,
    CONSTRAINT outbox_pk PRIMARY KEY (patient_key, id),
    CONSTRAINT outbox_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT outbox_kind_is_known CHECK (kind IN ('notification', 'audit', 'activation-code')),
    CONSTRAINT outbox_recipient_is_known CHECK (
        recipient IN ('holder', 'treating-physician') AND kind <> 'audit' OR recipient IS NULL AND kind = 'audit'),
    CONSTRAINT outbox_secret_is_boolean CHECK (secret IN (0, 1))
) STRICT, WITHOUT ROWID;

INSERT INTO outbox_of_events (patient_key, id, kind, event, secret, payload, created_at, delivered_at)
SELECT patient_key, id, kind, id, 0, payload, created_at, delivered_at
FROM outbox
WHERE kind = 'audit';

DROP TABLE outbox;
ALTER TABLE outbox_of_events RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (created_at) WHERE delivered_at IS NULL;

CREATE TABLE outbox_document (
    patient_key BLOB NOT NULL,
    id          BLOB NOT NULL,
    document    BLOB NOT NULL, -- logicalID
    CONSTRAINT outbox_document_pk PRIMARY KEY (patient_key, id, document),
    CONSTRAINT outbox_document_is_of_a_message
        FOREIGN KEY (patient_key, id) REFERENCES outbox (patient_key, id)
) STRICT, WITHOUT ROWID;
