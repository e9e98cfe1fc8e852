"""The certified `oidc-provider` from npm, installed once beside this file and run for the journeys."""
