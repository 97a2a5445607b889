"""Prometheus and Alertmanager themselves, beside a house that lives."""
