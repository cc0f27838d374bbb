INSERT INTO outbox_document (patient_key, id, document)
VALUES ($1, $2, $3)
ON CONFLICT (patient_key, id, document) DO NOTHING
