SELECT
    patient_key, state, facts_version, last_sequence, wrapped_key, identity, notice, card_index,
    notified_at, activated_at, closed_at, opposed_at, merged_into,
    EXISTS (
        SELECT 1 FROM summary
        WHERE summary.patient_key = record.patient_key AND summary.year = $3
    ) AS summarised
FROM record
WHERE patient_key > $1 AND wrapped_key IS NOT NULL
ORDER BY patient_key
LIMIT $2
