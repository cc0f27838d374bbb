SELECT o.id, o.kind, o.secret, o.payload,
    EXISTS (
        SELECT 1
        FROM outbox_document AS d
        JOIN entry AS e ON e.patient_key = d.patient_key AND e.document = d.document
        WHERE d.patient_key = o.patient_key AND d.id = o.id AND e.invisible_representatives = 1
    ) AS kept_from_representatives
FROM outbox AS o
WHERE o.patient_key = $1
    AND o.kind = 'notification'
    AND o.recipient = 'holder'
    AND o.created_at >= $2
    AND o.created_at < $3
    AND NOT EXISTS (
        SELECT 1
        FROM outbox_document AS d
        JOIN entry AS e ON e.patient_key = d.patient_key AND e.document = d.document
        WHERE d.patient_key = o.patient_key AND d.id = o.id AND e.invisible_patient = 1
    )
