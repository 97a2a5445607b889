"""A witness of logs: its folder, its server, and the client that asks one (C2SP tlog-witness)."""
