"""The statistics behind the dashboard: pure functions of counts and times, which know no database and no words."""
