SELECT o.patient_key, o.id, o.kind, o.recipient, o.event, o.secret, o.payload, o.created_at, o.attempts,
    EXISTS (
        SELECT 1
        FROM outbox_document AS d
        JOIN entry AS e ON e.patient_key = d.patient_key AND e.document = d.document
        WHERE d.patient_key = o.patient_key AND d.id = o.id AND e.invisible_representatives = 1
    ) AS kept_from_representatives,
    EXISTS (
        SELECT 1 FROM delivery AS r
        WHERE r.patient_key = o.patient_key AND r.message = o.id AND r.delivered_at IS NOT NULL
    ) AS reached
FROM outbox AS o
WHERE o.delivered_at IS NULL
    AND o.kind IN ('notification', 'activation-code')
    AND (o.next_try_at IS NULL OR o.next_try_at <= $1)
    AND NOT (o.recipient = 'holder' AND EXISTS (
        SELECT 1
        FROM outbox_document AS d
        JOIN entry AS e ON e.patient_key = d.patient_key AND e.document = d.document
        WHERE d.patient_key = o.patient_key AND d.id = o.id AND e.invisible_patient = 1
    ))
    AND (o.created_at, o.patient_key, o.id) > ($2, $3, $4)
ORDER BY o.created_at, o.patient_key, o.id
LIMIT $5
