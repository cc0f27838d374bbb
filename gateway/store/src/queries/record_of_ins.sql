SELECT
    patient_key, state, facts_version, last_sequence, wrapped_key, identity, notice, card_index,
    notified_at, activated_at, closed_at, opposed_at, merged_into
FROM record
WHERE ins_index = $1
