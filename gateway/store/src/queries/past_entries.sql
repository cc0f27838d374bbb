SELECT p.document, p.version, p.entry_uuid, p.metadata, e.object
FROM past_entry AS p
JOIN entry AS e ON e.patient_key = p.patient_key AND e.document = p.document
WHERE p.patient_key = $1
ORDER BY p.document, p.version DESC
