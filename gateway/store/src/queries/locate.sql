SELECT patient_key
FROM locator
WHERE id_index = $1 AND object = $2
LIMIT 2
