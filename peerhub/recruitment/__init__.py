"""Campaigns: how peers are recruited."""
