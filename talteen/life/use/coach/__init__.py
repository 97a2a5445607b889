"""Coaching: goals between an agent and a team leader, and scripts that teach without a call."""
