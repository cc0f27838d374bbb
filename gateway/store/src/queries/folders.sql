SELECT v.folder, v.entry_uuid, v.version, v.status, v.last_update, v.metadata, v.current,
    f.set_uuid, s.metadata AS set_metadata
FROM (
    SELECT patient_key, folder, entry_uuid, version, status, last_update, metadata, 1 AS current
    FROM folder
    WHERE patient_key = $1
    UNION ALL
    SELECT p.patient_key, p.folder, p.entry_uuid, p.version, 'deprecated', p.last_update, p.metadata, 0
    FROM past_folder AS p
    WHERE p.patient_key = $1
      AND p.version = (SELECT max(q.version) FROM past_folder AS q
                       WHERE q.patient_key = p.patient_key AND q.folder = p.folder AND q.entry_uuid = p.entry_uuid)
      AND NOT EXISTS (SELECT 1 FROM folder AS c
                      WHERE c.patient_key = p.patient_key AND c.folder = p.folder AND c.entry_uuid = p.entry_uuid)
) AS v
JOIN folder AS f ON f.patient_key = v.patient_key AND f.folder = v.folder
JOIN submission_set AS s ON s.patient_key = f.patient_key AND s.set_uuid = f.set_uuid
ORDER BY s.committed_at, v.folder, v.current DESC, v.version DESC
