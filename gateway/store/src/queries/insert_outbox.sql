INSERT INTO outbox (patient_key, id, kind, payload, created_at)
VALUES ($1, $2, $3, $4, $5)
