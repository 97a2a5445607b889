"""The ways in: accounts, second factors, passkeys, and services that say who somebody is."""
