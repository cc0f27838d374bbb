INSERT INTO entry_confidentiality (patient_key, document, code)
VALUES ($1, $2, $3)
