"""Looking at recipes, runs and rows: what the terminal shows. Reads what runs left behind, changes nothing."""
