SELECT
    (SELECT count(*) FROM entry WHERE patient_key = $1 AND status = 'approved') AS current,
    (SELECT count(*) FROM entry WHERE patient_key = $1 AND status = 'deprecated') AS superseded,
    (SELECT count(*) FROM entry WHERE patient_key = $1 AND status = 'archived') AS archived,
    (SELECT count(*) FROM entry WHERE patient_key = $1 AND status = 'deleted') AS deleted,
    (SELECT count(*) FROM submission_set WHERE patient_key = $1) AS sets,
    (SELECT count(*) FROM authorisation WHERE patient_key = $1) AS authorisations,
    (SELECT count(*) FROM blocked WHERE patient_key = $1) AS blocked,
    (SELECT count(*) FROM representative WHERE patient_key = $1 AND ended_at IS NULL) AS representatives,
    (SELECT count(*) FROM review WHERE patient_key = $1 AND closed_at IS NULL) AS reviews,
    (SELECT count(*) FROM outbox WHERE patient_key = $1 AND delivered_at IS NULL) AS messages,
    (SELECT count(*) FROM journal WHERE lane = $1) AS events
