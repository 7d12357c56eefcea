"""The pages of access: signing in, one's own account, users and roles, the audit log; and the guard before all."""
