INSERT INTO entry_event_code (patient_key, document, code)
VALUES ($1, $2, $3)
