"""Data loss prevention: records in, counted, scrubbed, judged and kept."""
