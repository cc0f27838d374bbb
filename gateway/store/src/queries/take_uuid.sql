INSERT INTO locator (id_index, patient_key, kind, object)
VALUES ($1, $2, 'uuid', $3)
