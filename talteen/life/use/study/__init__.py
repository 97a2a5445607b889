"""Service-level studies (palvelutasotutkimus): a question, a sample that nobody chose, findings."""
