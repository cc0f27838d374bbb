-- The first schema: one record per patient, everything keyed by the patient's internal random key.
-- Encrypted columns are marked "enc": nonce (12 bytes), ciphertext, tag (16 bytes), AES-256-GCM.

-- Facts about the file itself, for instance the check value of the master key.
CREATE TABLE meta (
    name  TEXT NOT NULL,
    value BLOB NOT NULL,
    CONSTRAINT meta_pk PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- One patient: identity, state and the choices that are one value.
CREATE TABLE record (
    patient_key             BLOB    NOT NULL,
    ins_index               BLOB    NOT NULL,           -- blind index of number and domain
    wrapped_key             BLOB,                       -- enc under the wrap key; NULL once erased
    identity                BLOB    NOT NULL,           -- enc: matricule and traits
    state                   TEXT    NOT NULL,
    facts_version           INTEGER NOT NULL,           -- moves with every change that could change a decision
    last_sequence           INTEGER NOT NULL DEFAULT 0, -- position of the newest entry
    opened_at               INTEGER,
    closed_at               INTEGER,
    break_glass_opposed     INTEGER NOT NULL DEFAULT 0,
    centre_15_opposed       INTEGER NOT NULL DEFAULT 0,
    masked_in_break_glass   INTEGER NOT NULL DEFAULT 0,
    masked_in_centre_15     INTEGER NOT NULL DEFAULT 0,
    treating_physician      TEXT,                       -- PS_IdNat
    CONSTRAINT record_pk PRIMARY KEY (patient_key),
    CONSTRAINT record_ins_is_known_once UNIQUE (ins_index),
    CONSTRAINT record_key_is_16_bytes CHECK (length(patient_key) = 16),
    CONSTRAINT record_state_is_known CHECK (state IN ('notified', 'open', 'closed', 'opposed', 'erased')),
    CONSTRAINT record_flags_are_boolean CHECK (
        break_glass_opposed IN (0, 1) AND centre_15_opposed IN (0, 1)
        AND masked_in_break_glass IN (0, 1) AND masked_in_centre_15 IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Who may consult, until when.
CREATE TABLE authorisation (
    patient_key BLOB    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL, -- PS_IdNat or Struct_IdNat
    until       INTEGER NOT NULL,
    CONSTRAINT authorisation_pk PRIMARY KEY (patient_key, kind, id),
    CONSTRAINT authorisation_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT authorisation_kind_is_known CHECK (kind IN ('person', 'structure'))
) STRICT, WITHOUT ROWID;

-- Whom the holder blocked.
CREATE TABLE blocked (
    patient_key BLOB    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    since       INTEGER NOT NULL,
    CONSTRAINT blocked_pk PRIMARY KEY (patient_key, kind, id),
    CONSTRAINT blocked_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT blocked_kind_is_known CHECK (kind IN ('person', 'structure'))
) STRICT, WITHOUT ROWID;

-- Whose feeding the holder refuses on legitimate ground (R.1111-47).
CREATE TABLE feeding_refusal (
    patient_key BLOB    NOT NULL,
    kind        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    since       INTEGER NOT NULL,
    CONSTRAINT feeding_refusal_pk PRIMARY KEY (patient_key, kind, id),
    CONSTRAINT feeding_refusal_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT feeding_refusal_kind_is_known CHECK (kind IN ('person', 'structure'))
) STRICT, WITHOUT ROWID;

-- What was sent together. The receipt is kept so that an identical retry gets the same one.
CREATE TABLE submission_set (
    patient_key  BLOB    NOT NULL,
    set_uuid     BLOB    NOT NULL,
    unique_id    TEXT    NOT NULL,
    digest       BLOB    NOT NULL, -- SHA-256 of the submission and its caller
    metadata     BLOB    NOT NULL, -- enc
    receipt      BLOB    NOT NULL, -- enc
    committed_at INTEGER NOT NULL,
    CONSTRAINT submission_set_pk PRIMARY KEY (patient_key, set_uuid),
    CONSTRAINT submission_set_unique_id_is_free UNIQUE (patient_key, unique_id),
    CONSTRAINT submission_set_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key)
) STRICT, WITHOUT ROWID;

-- The bytes of one document: where its key is, what they must amount to.
CREATE TABLE document (
    patient_key           BLOB    NOT NULL,
    document              BLOB    NOT NULL, -- logicalID
    wrapped_key           BLOB,             -- enc under the patient's key; NULL once erased
    size                  INTEGER NOT NULL,
    sha256                BLOB    NOT NULL,
    chunks                INTEGER NOT NULL,
    depositor_was_blocked INTEGER NOT NULL,
    CONSTRAINT document_pk PRIMARY KEY (patient_key, document),
    CONSTRAINT document_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT document_blocked_is_boolean CHECK (depositor_was_blocked IN (0, 1))
) STRICT, WITHOUT ROWID;

-- The bytes, enc under the document's key, 256 KiB of plaintext a chunk.
CREATE TABLE content_chunk (
    patient_key BLOB    NOT NULL,
    document    BLOB    NOT NULL,
    idx         INTEGER NOT NULL,
    bytes       BLOB    NOT NULL,
    CONSTRAINT content_chunk_pk PRIMARY KEY (patient_key, document, idx),
    CONSTRAINT content_chunk_is_of_a_document
        FOREIGN KEY (patient_key, document) REFERENCES document (patient_key, document)
) STRICT;

-- The current metadata of a document, with what a search or a visibility clause asks for.
CREATE TABLE entry (
    patient_key               BLOB    NOT NULL,
    document                  BLOB    NOT NULL, -- logicalID
    entry_uuid                BLOB    NOT NULL,
    version                   INTEGER NOT NULL,
    unique_id                 TEXT    NOT NULL,
    copy_no                   INTEGER NOT NULL DEFAULT 0, -- 1.. for an accepted second entry of the same bytes
    set_uuid                  BLOB    NOT NULL,
    sequence                  INTEGER NOT NULL,
    stored_at                 INTEGER NOT NULL,
    status                    TEXT    NOT NULL,
    type_code                 TEXT    NOT NULL,
    class_code                TEXT    NOT NULL,
    format_code               TEXT    NOT NULL,
    facility_type             TEXT    NOT NULL,
    practice_setting          TEXT    NOT NULL,
    mime_type                 TEXT    NOT NULL,
    creation                  INTEGER NOT NULL, -- first instant covered by creationTime
    service_start             INTEGER,
    service_stop              INTEGER,
    masked                    INTEGER NOT NULL,
    invisible_patient         INTEGER NOT NULL,
    invisible_representatives INTEGER NOT NULL,
    hash                      BLOB    NOT NULL, -- SHA-1
    metadata                  BLOB    NOT NULL, -- enc: the complete metadata
    CONSTRAINT entry_pk PRIMARY KEY (patient_key, document),
    CONSTRAINT entry_unique_id_is_free UNIQUE (patient_key, unique_id, copy_no),
    CONSTRAINT entry_has_its_own_position UNIQUE (patient_key, sequence),
    CONSTRAINT entry_is_of_a_document
        FOREIGN KEY (patient_key, document) REFERENCES document (patient_key, document),
    CONSTRAINT entry_is_of_a_set
        FOREIGN KEY (patient_key, set_uuid) REFERENCES submission_set (patient_key, set_uuid),
    CONSTRAINT entry_status_is_known CHECK (status IN ('approved', 'deprecated', 'archived', 'deleted')),
    CONSTRAINT entry_flags_are_boolean CHECK (
        masked IN (0, 1) AND invisible_patient IN (0, 1) AND invisible_representatives IN (0, 1))
) STRICT;

CREATE INDEX entry_newest_first ON entry (patient_key, creation DESC, sequence DESC);

-- Earlier versions of the metadata: what was shown once.
CREATE TABLE past_entry (
    patient_key BLOB    NOT NULL,
    document    BLOB    NOT NULL,
    version     INTEGER NOT NULL,
    entry_uuid  BLOB    NOT NULL,
    metadata    BLOB    NOT NULL, -- enc
    replaced_at INTEGER NOT NULL,
    CONSTRAINT past_entry_pk PRIMARY KEY (patient_key, document, version),
    CONSTRAINT past_entry_is_of_a_document
        FOREIGN KEY (patient_key, document) REFERENCES document (patient_key, document)
) STRICT, WITHOUT ROWID;

-- Author persons: professionals by PS_IdNat; a patient among the authors by blind index.
CREATE TABLE entry_author_person (
    patient_key BLOB NOT NULL,
    document    BLOB NOT NULL,
    person      TEXT NOT NULL,
    CONSTRAINT entry_author_person_pk PRIMARY KEY (patient_key, document, person),
    CONSTRAINT entry_author_person_is_of_an_entry
        FOREIGN KEY (patient_key, document) REFERENCES entry (patient_key, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry_author_structure (
    patient_key BLOB NOT NULL,
    document    BLOB NOT NULL,
    structure   TEXT NOT NULL, -- Struct_IdNat
    CONSTRAINT entry_author_structure_pk PRIMARY KEY (patient_key, document, structure),
    CONSTRAINT entry_author_structure_is_of_an_entry
        FOREIGN KEY (patient_key, document) REFERENCES entry (patient_key, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry_event_code (
    patient_key BLOB NOT NULL,
    document    BLOB NOT NULL,
    code        TEXT NOT NULL,
    CONSTRAINT entry_event_code_pk PRIMARY KEY (patient_key, document, code),
    CONSTRAINT entry_event_code_is_of_an_entry
        FOREIGN KEY (patient_key, document) REFERENCES entry (patient_key, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry_confidentiality (
    patient_key BLOB NOT NULL,
    document    BLOB NOT NULL,
    code        TEXT NOT NULL,
    CONSTRAINT entry_confidentiality_pk PRIMARY KEY (patient_key, document, code),
    CONSTRAINT entry_confidentiality_is_of_an_entry
        FOREIGN KEY (patient_key, document) REFERENCES entry (patient_key, document)
) STRICT, WITHOUT ROWID;

-- Relationships: the source is a document, the target a document or the signed set.
CREATE TABLE association (
    patient_key   BLOB NOT NULL,
    association   BLOB NOT NULL, -- entryUUID
    kind          TEXT NOT NULL, -- URN
    source        BLOB NOT NULL, -- logicalID
    target        BLOB NOT NULL, -- logicalID, or the set's entryUUID
    target_object TEXT NOT NULL,
    CONSTRAINT association_pk PRIMARY KEY (patient_key, association),
    CONSTRAINT association_source_is_an_entry
        FOREIGN KEY (patient_key, source) REFERENCES entry (patient_key, document),
    CONSTRAINT association_target_is_known CHECK (target_object IN ('document', 'set'))
) STRICT, WITHOUT ROWID;

CREATE INDEX association_by_source ON association (patient_key, source);
CREATE INDEX association_by_target ON association (patient_key, target);

-- From an identifier (HMAC) to the record that holds the object. A uniqueId may be in several records.
CREATE TABLE locator (
    id_index    BLOB NOT NULL,
    patient_key BLOB NOT NULL,
    kind        TEXT NOT NULL,
    object      TEXT NOT NULL,
    CONSTRAINT locator_pk PRIMARY KEY (id_index, patient_key),
    CONSTRAINT locator_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT locator_kind_is_known CHECK (kind IN ('uuid', 'unique')),
    CONSTRAINT locator_object_is_known CHECK (object IN ('patient', 'document', 'set', 'association'))
) STRICT, WITHOUT ROWID;

-- A UUID names one object of the whole registry.
CREATE UNIQUE INDEX locator_uuid_is_free ON locator (id_index) WHERE kind = 'uuid';

-- The journal's lanes: one per record, and the system's (sixteen zero bytes). The last link tells a cut tail.
CREATE TABLE lane (
    lane       BLOB    NOT NULL,
    last_seq   INTEGER NOT NULL,
    last_chain BLOB    NOT NULL,
    CONSTRAINT lane_pk PRIMARY KEY (lane)
) STRICT, WITHOUT ROWID;

-- commitment = SHA-256(salt, payload); chain = SHA-256(previous chain, seq, at, commitment).
CREATE TABLE journal (
    lane       BLOB    NOT NULL,
    seq        INTEGER NOT NULL,
    event      BLOB    NOT NULL, -- id
    at         INTEGER NOT NULL,
    salt       BLOB,             -- NULL once erased
    payload    BLOB,             -- enc; NULL once erased
    erased_at  INTEGER,
    commitment BLOB    NOT NULL,
    chain      BLOB    NOT NULL,
    CONSTRAINT journal_pk PRIMARY KEY (lane, seq),
    CONSTRAINT journal_is_of_a_lane FOREIGN KEY (lane) REFERENCES lane (lane),
    CONSTRAINT journal_erasure_is_whole CHECK (
        (payload IS NULL) = (erased_at IS NOT NULL) AND (salt IS NULL) = (payload IS NULL))
) STRICT, WITHOUT ROWID;

-- What the relay still has to send: at least once, idempotent by id.
CREATE TABLE outbox (
    patient_key  BLOB    NOT NULL,
    id           BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    payload      BLOB    NOT NULL, -- enc
    created_at   INTEGER NOT NULL,
    delivered_at INTEGER,
    CONSTRAINT outbox_pk PRIMARY KEY (patient_key, id),
    CONSTRAINT outbox_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT outbox_kind_is_known CHECK (kind IN ('notification', 'audit'))
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_waiting ON outbox (created_at) WHERE delivered_at IS NULL;
