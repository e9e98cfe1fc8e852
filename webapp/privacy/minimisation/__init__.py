"""The minimisation linter: what is asked, held or read by nobody, or for longer than its purpose needs."""
