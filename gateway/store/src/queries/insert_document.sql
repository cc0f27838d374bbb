INSERT INTO document (
    patient_key, document, wrapped_key, size, sha256, chunks, depositor_was_blocked, added_by_holder, held)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
