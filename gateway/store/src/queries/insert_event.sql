INSERT INTO journal (lane, seq, event, at, salt, payload, commitment, chain)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
