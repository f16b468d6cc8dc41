"""What happened and what a person must look at."""
