"""Tests: what a person gets."""
