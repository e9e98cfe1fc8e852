"""Records: what is kept of people, of what they were asked, and of what they answered.

Begin with `answers.py` and with `episodes.py`, on which every figure of the dashboard rests. An importer or a
simulation writes through what is named here.
"""

from asklater.policy.segments import segments_text
from asklater.records.answers import ImportedConsent, Provenance
from asklater.records.episodes import Episodes
from asklater.records.exposure import Device, Exposure
from asklater.records.people import Subject, record_arrival, subject_by_id
from asklater.tables import prompt, prompt_field

__all__ = [
    "Device",
    "Episodes",
    "Exposure",
    "ImportedConsent",
    "Provenance",
    "Subject",
    "prompt",
    "prompt_field",
    "record_arrival",
    "segments_text",
    "subject_by_id",
]
