INSERT INTO entry_author_person (patient_key, document, person)
VALUES ($1, $2, $3)
