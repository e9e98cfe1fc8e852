"""What tests share: applications and databases, browsers without a screen, people, what they type."""
