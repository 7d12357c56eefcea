"""Pure rules of the workforce: its words, spells, and the staff record's rows."""
