"""The colours of all figures: colour-blind readers tell them apart."""

# Okabe & Ito, "Color Universal Design" (2008), ordered so that neighbours differ most.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, YELLOW, GREY, BLACK = "#56B4E9", "#E69F00", "#888888", "#222222"
PALETTE = (BLUE, ORANGE, GREEN, PINK, SKY, YELLOW, GREY)


def ink_on(colour: str) -> str:
    """White or BLACK, whichever can be read better on a colour such as "#0072B2"."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]  # as WCAG defines it
    return "#ffffff" if 1.05 / (light + 0.05) > (light + 0.05) / 0.066 else BLACK
