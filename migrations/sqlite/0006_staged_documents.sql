-- Large documents on their way in. Forward only.

-- A document that is put aside has its row and its chunks and no key: nothing refers to it, nothing shows it, and only
-- the program that receives it could open it. Its deposit's commit clears the flag; whatever else ends the deposit
-- removes the row, as does the next start.
ALTER TABLE document ADD COLUMN staged INTEGER NOT NULL DEFAULT 0
    CONSTRAINT document_staged_is_boolean CHECK (staged IN (0, 1));

CREATE INDEX document_put_aside ON document (patient_key, document) WHERE staged = 1;
