INSERT INTO authorisation (patient_key, kind, id, granted_by_holder, ground, since, until)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (patient_key, kind, id, granted_by_holder) DO UPDATE
SET ground = excluded.ground, until = excluded.until,
    since = CASE WHEN until > excluded.since THEN since ELSE excluded.since END
