INSERT INTO first_access (patient_key, kind, id, at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (patient_key, kind, id) DO NOTHING
