"""The roll-up: what the dashboard reads, in the same time however many asks lie behind it."""
