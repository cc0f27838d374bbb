INSERT INTO entry_author_structure (patient_key, document, structure)
VALUES ($1, $2, $3)
