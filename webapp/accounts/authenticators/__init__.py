"""The authenticator app: a second factor of six digits that change every half minute."""
