"""The retention calculation: facts in, figures out, no database and no clock."""
