"""The notice and what it rests on: assessments, conditions, proofs, statements."""
