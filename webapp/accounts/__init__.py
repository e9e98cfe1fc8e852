"""Accounts: who you are. One field signs up; a code by mail proves the address when that matters."""
