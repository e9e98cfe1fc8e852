"""Recovery: getting back in after a lost address or factor, by what the profile has come to hold."""
