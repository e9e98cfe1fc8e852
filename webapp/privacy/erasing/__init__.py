"""Erasure (Art. 17 GDPR): everything of a person, everywhere, with a receipt that says nothing of them."""
