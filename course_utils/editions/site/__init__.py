"""`course site`: the course as web pages that work from a folder, a USB stick or any web server.

The notebooks are run once more, so that figures become sharp and those with controls come with a
picture for each setting; Sphinx, MyST-NB and the Sphinx Book Theme make pages of them. Nothing is
fetched from elsewhere when a page is read: formulas, fonts and search are part of the site.
"""

from course_utils.editions.site.making import make_site

__all__ = ["make_site"]
