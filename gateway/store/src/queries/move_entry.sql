UPDATE entry
SET patient_key = $3,
    metadata = $4,
    sequence = sequence + $5,
    copy_no = copy_no + coalesce((
        SELECT max(s.copy_no) + 1
        FROM entry AS s
        WHERE s.patient_key = $3 AND s.unique_id = entry.unique_id AND s.hash = entry.hash), 0)
WHERE patient_key = $1 AND document = $2
