"""What the database itself holds to: roles, row security, rows that only grow, jobs."""
