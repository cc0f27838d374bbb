INSERT INTO subscription
    (patient_key, id, owner_kind, owner, topic, channel, content, endpoint, status, created_at,
     ends_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $11
WHERE (
    SELECT count(*) FROM subscription
    WHERE patient_key = $1 AND owner_kind = $3 AND owner = $4 AND status <> 'off'
        AND (ends_at IS NULL OR ends_at > $9)
) < $10
