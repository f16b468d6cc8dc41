"""The parents' page: one form, reached by a link alone, on a listener of its own."""
