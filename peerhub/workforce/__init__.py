"""People, teams, posts, employment spells and the staff-record import: who works where, from when to when."""
