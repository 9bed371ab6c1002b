"""What the site and the decks share: notebooks run for pages, formulas offline, printing."""
