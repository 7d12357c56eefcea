"""What every room stands on: database, scope, time, forms, tables, charts, files, mail, jobs. No noun of peer work."""
