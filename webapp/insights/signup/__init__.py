"""What the sign-up form asks and what that costs; what every field is for; what a change of the manifest would do."""
