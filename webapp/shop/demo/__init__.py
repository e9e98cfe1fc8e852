"""The demonstration: personas to look around as, and a drawn history of shoppers. It exists in demo mode only."""
