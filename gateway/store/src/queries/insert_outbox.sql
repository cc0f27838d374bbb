INSERT INTO outbox (patient_key, id, kind, recipient, event, secret, payload, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
