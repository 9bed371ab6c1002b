"""The colours of all figures: colour-blind readers tell them apart."""

# Okabe & Ito, "Color Universal Design" (2008), ordered so that neighbours differ most.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, YELLOW, GREY, BLACK = "#56B4E9", "#E69F00", "#888888", "#222222"
PALETTE = (BLUE, ORANGE, GREEN, PINK, SKY, YELLOW, GREY)
