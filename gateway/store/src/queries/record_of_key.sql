SELECT patient_key, state, facts_version, last_sequence, wrapped_key, identity
FROM record
WHERE patient_key = $1
