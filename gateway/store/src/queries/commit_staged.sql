UPDATE document
SET wrapped_key = $3, size = $4, sha256 = $5, chunks = $6, depositor_was_blocked = $7, added_by_holder = $8,
    held = $9, staged = 0
WHERE patient_key = $1 AND document = $2 AND staged = 1
