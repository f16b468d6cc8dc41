"""The words of the domain and every decision, as pure functions of their arguments."""
