SELECT patient_key, id, payload
FROM outbox
WHERE kind = 'activation-code' AND delivered_at IS NULL
ORDER BY created_at, id
