INSERT INTO record (patient_key, ins_index, wrapped_key, identity, state, facts_version, notified_at, card_index)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
