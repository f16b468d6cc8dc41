"""The sandbox tenant: a Microsoft 365 tenant in a box, for laptops, demos and tests."""
