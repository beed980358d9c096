"""What is asked of a process, and what became of it? A worker needs but a part, so nothing here."""
