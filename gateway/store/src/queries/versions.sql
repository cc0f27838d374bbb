SELECT p.version, p.entry_uuid, p.metadata, coalesce(p.status, 'approved') AS status,
    coalesce((SELECT q.replaced_at FROM past_entry AS q
              WHERE q.patient_key = p.patient_key AND q.document = p.document AND q.version < p.version
              ORDER BY q.version DESC LIMIT 1), $3) AS changed_at
FROM past_entry AS p
WHERE p.patient_key = $1 AND p.document = $2
ORDER BY p.version DESC
