"""Privacy: what the person and the privacy officer see. So far, the notice."""
