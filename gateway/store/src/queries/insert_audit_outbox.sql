INSERT INTO audit_outbox (lane, seq)
SELECT $1, $2
WHERE EXISTS (SELECT 1 FROM meta WHERE name = 'audit_feed')
