"""An append-only log that anybody can check: Merkle tree, signed notes, tiles, proofs. Pure."""
