"""Continue with a provider (OpenID Connect). What it says of a person is checked, and then still asked."""
