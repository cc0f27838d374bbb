INSERT INTO lane (lane, last_seq, last_chain)
VALUES ($1, $2, $3)
ON CONFLICT (lane) DO UPDATE SET last_seq = excluded.last_seq, last_chain = excluded.last_chain
