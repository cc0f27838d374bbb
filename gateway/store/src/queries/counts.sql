SELECT
    (SELECT count(*) FROM record) AS records,
    (SELECT count(*) FROM document WHERE staged = 0) AS documents,
    (SELECT count(*) FROM content_chunk) AS chunks,
    (SELECT count(*) FROM submission_set) AS sets,
    (SELECT count(*) FROM journal) AS events,
    (SELECT count(*) FROM outbox) AS outbox
