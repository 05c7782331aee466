"""A town in fast time: planted residents and clerks, the real office, and what its survey finds of the truth."""
