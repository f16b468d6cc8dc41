"""`graphsync doctor`: what new users get wrong, found before a night does, each with its mend."""
