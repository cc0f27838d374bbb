UPDATE journal
SET salt = NULL, payload = NULL, erased_at = $2
WHERE lane = $1 AND payload IS NOT NULL
