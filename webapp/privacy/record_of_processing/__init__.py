"""The record of processing (GDPR Art. 30(1)): from the live declarations, its versions kept."""
