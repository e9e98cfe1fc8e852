"""Every table of the dashboard as data: what a page draws, a file holds, with the same cells left out."""
