INSERT INTO authorisation (patient_key, kind, id, until)
VALUES ($1, $2, $3, $4)
ON CONFLICT (patient_key, kind, id) DO UPDATE SET until = excluded.until
