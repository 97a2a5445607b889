"""Programs that ask or are told: tokens, answers kept, webhooks."""
