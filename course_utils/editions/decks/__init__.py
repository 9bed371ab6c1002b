"""`course slides`: a deck for each notebook, which works from a folder without a network.

The notebooks are run with larger letters in their figures; their cells become slides that fit a
projector (`slides`), and reveal.js shows them. What a lecturer says and no slide shows is in
comments of the sources, `<!-- say: … -->`, and in the speaker view (key S).
"""

from course_utils.editions.decks.making import make_slides

__all__ = ["make_slides"]
