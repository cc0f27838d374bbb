INSERT INTO association (patient_key, association, kind, source, target, target_object)
VALUES ($1, $2, $3, $4, $5, $6)
