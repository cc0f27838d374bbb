INSERT INTO representative (patient_key, link, representative, ins, kind, since)
VALUES ($1, $2, $3, $4, $5, $6)
