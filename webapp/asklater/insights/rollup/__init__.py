"""The roll-up: what the dashboard reads, in the same time however many asks lie behind it.

Begin with `RollUp` in aggregation.py, which moves what is over into totals, and `TotalsReader` in reader.py, which
reads them together with what is not counted yet.
"""
