INSERT INTO blocked (patient_key, kind, id, since)
VALUES ($1, $2, $3, $4)
ON CONFLICT (patient_key, kind, id) DO NOTHING
