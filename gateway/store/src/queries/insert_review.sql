INSERT INTO review (patient_key, event, reason, at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (patient_key, event, reason) DO NOTHING
