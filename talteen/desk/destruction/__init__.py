"""Which day dies when: calendar, vault, log, certificates, statements of months."""
