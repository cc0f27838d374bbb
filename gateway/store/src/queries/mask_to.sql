INSERT INTO masked_to (patient_key, document, kind, id, since)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (patient_key, document, kind, id) DO NOTHING
