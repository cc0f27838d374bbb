INSERT INTO sealed_head (lane, place, seq, chain)
VALUES ($1, $2, $3, $4)
ON CONFLICT (lane) DO UPDATE SET seq = excluded.seq, chain = excluded.chain
