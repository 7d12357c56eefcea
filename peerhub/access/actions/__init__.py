"""What people do with accounts: sign in, set passwords, invite, give and end roles, change an organisation."""
