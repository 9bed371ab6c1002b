"""Words as rows of numbers, with one thing changed."""

import numpy as np


def write(words, alphabet, length, *, first=2, unknown=1, pad=0, front=False, keep=None,
          letters=None, code=None, mask=None, width=None):  # fmt: skip
    """The codes and the mask with one thing changed.

    first: of alphabet[0]; unknown: of other letters, None to leave them out; pad: the number in the
    padding; front: padding in front; keep(word, length): what of a long word is kept; letters(word)
    before anything else; code(letter); mask(codes, counts, words); width(words, length)
    """
    width = width(words, length) if width else length
    codes = np.full((len(words), width), pad)
    counts = np.zeros(len(words), int)
    for n, word in enumerate(words):
        numbers = [code(a) if code else number(a, alphabet, first, unknown)
                   for a in (letters(word) if letters else word)]  # fmt: skip
        numbers = [a for a in numbers if a is not None]
        numbers = keep(numbers, length) if keep else numbers[:width]
        counts[n] = len(numbers)
        if front:
            codes[n, width - len(numbers) :] = numbers
        else:
            codes[n, : len(numbers)] = numbers
    real = np.arange(width) < counts[:, np.newaxis]
    if front:
        real = real[:, ::-1]
    return codes, mask(codes, real, words) if mask else real


def number(letter, alphabet, first, unknown):
    return alphabet.index(letter) + first if letter in alphabet else unknown


def unguarded(words, alphabet, length):
    """An error for a letter that the alphabet does not have."""
    codes = np.zeros((len(words), length), int)
    for n, word in enumerate(words):
        for t, letter in enumerate(word[:length]):
            codes[n, t] = alphabet.index(letter) + 2
    return codes, codes > 0


def uncut(words, alphabet, length):
    """An error for a word that is longer than the array."""
    codes = np.zeros((len(words), length), int)
    for n, word in enumerate(words):
        for t, letter in enumerate(word):
            codes[n, t] = number(letter, alphabet, 2, 1)
    return codes, codes > 0


def filled(words, alphabet, length):
    """An error for a word that is longer than the array, from a slice."""
    codes, mask = np.zeros((len(words), length), int), np.zeros((len(words), length), bool)
    for n, word in enumerate(words):
        codes[n, : len(word)] = [number(letter, alphabet, 2, 1) for letter in word]
        mask[n, : len(word)] = True
    return codes, mask


def lists(words, alphabet, length):
    """np.array of rows: another shape where there is no word."""
    rows = [[number(a, alphabet, 2, 1) for a in w[:length]] + [0] * (length - len(w[:length]))
            for w in words]  # fmt: skip
    codes = np.array(rows)
    return codes, codes > 0
