INSERT INTO activation_code (patient_key, digest, until, tries_left)
VALUES ($1, $2, $3, $4)
ON CONFLICT (patient_key) DO UPDATE
SET digest = excluded.digest, until = excluded.until, tries_left = excluded.tries_left, used_at = NULL
