"""The statistics behind the dashboard: pure functions of counts and times, which know no database and no words.

Begin with differences.py (intervals for one look) and confidence_sequences.py (for looking every day).
"""
