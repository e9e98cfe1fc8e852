"""The declarations of an office that has no accounts, with all that privacy pages and dashboard need."""

from pathlib import Path

PURPOSES = ("account", "account_protection", "asking", "measurement", "accountability", "publishing")
MANIFEST = """
[controller]
name = "The letter office"
contact = "privacy@letters.example"
address = "3 Letter Row, 10115 Berlin, Germany"
representative = "none: it is established in the Union"
joint_controllers = "none"
data_protection_officer = { name = "none: three people work here" }
jurisdiction = "Germany, European Union"
storage_location = "one machine in Germany"
supervisory_authority = "the authority of the Land"

[notice]
automated_decisions = "none"

[security]
measures = ["Whoever works here promised to keep to themselves what they learn."]

[fields.display_name]
kind = "text"
label = "Display name"
reason = "So that people see who wrote."
purpose = "publishing"
retention = "P24M"
readers = ["everyone"]
sensitivity = "public"
if_wrong = "It is put right when it is needed."

[actions.send_letter]
label = "Send the letter"
reason = "A letter shows who wrote it."
requires = ["display_name"]

[signup]
fields = ["display_name"]
"""
PURPOSE = """
[purposes.{key}]
label = "Running the letter office"
basis = "legal_obligation"
law = "the law of letters"
persons = ["whoever writes"]
recipients = []
transfers = []
"""


def office_manifest(folder: Path) -> Path:
    """A file in `folder` with them."""
    manifest = folder / "office.toml"
    manifest.write_text(MANIFEST + "".join(PURPOSE.format(key=key) for key in PURPOSES), "utf-8")
    return manifest
