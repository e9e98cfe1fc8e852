"""Traffic whose truth is declared: what the dashboard measures of it can be held against what is so."""
