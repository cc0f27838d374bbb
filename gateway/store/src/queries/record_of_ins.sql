SELECT patient_key, state, facts_version, last_sequence, wrapped_key, identity
FROM record
WHERE ins_index = $1
