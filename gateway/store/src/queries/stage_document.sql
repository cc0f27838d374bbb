INSERT INTO document (
    patient_key, document, wrapped_key, size, sha256, chunks, depositor_was_blocked, added_by_holder, held, staged)
VALUES ($1, $2, NULL, 0, x'', 0, 0, 0, 1, 1)
