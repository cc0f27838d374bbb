INSERT INTO locator (id_index, patient_key, kind, object)
VALUES ($1, $2, 'unique', $3)
ON CONFLICT (id_index, patient_key) DO NOTHING
