"""Papers that several notebooks cite."""

ALEXNET = "Krizhevsky, Sutskever and Hinton 2012"
GOOGLENET = "Szegedy et al. 2015"
