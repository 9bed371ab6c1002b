"""The exercise `pad_and_mask` of notebook 24."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb24_speech_and_text import word_forms as wf
from course_utils.exercises.slips import given, reordered, result, transposed


@exercise(
    notebook="24",
    points=2,
    minutes=12,
    returns=("codes", "mask"),
    hints=(
        "Begin with zeros of shape (len(words), length), and go through the letters of each word "
        "with enumerate(word[:length]).",
        'alphabet.find(letter) is the place of the letter, and −1 if it is not there. "abc"[:2] is '
        'already "ab", and "ab"[:5] is no error.',
        "Which letters get 1, and how does that follow from find?",
    ),
    explanation="find gives −1 for a letter that is not there, and −1 + 2 = 1, the number of the "
    "unknown letter, falls out by itself. 0 is left for the padding, so the mask is codes > 0. An "
    "empty word is a row of zeros, and what max_over_time makes of it, you have said there.",
)
def pad_and_mask(words, alphabet, length):
    """Words as rows of numbers, all of the same length, and which of the numbers are letters.

    words: a list of N texts; alphabet: a text. alphabet[k] gets the number k + 2, any other letter
    1 (a blank or a hyphen is one, too), and the padding behind a word 0. Of a word with more than
    `length` letters the first `length` are kept; an empty word is padding throughout. Small and
    capital letters are different letters.
    -> codes (N, length), whole numbers; mask (N, length), True where there is a letter
    """
    codes = np.zeros((len(words), length), int)
    for n, word in enumerate(words):
        for t, letter in enumerate(word[:length]):
            codes[n, t] = alphabet.find(letter) + 2
    return codes, codes > 0


@pad_and_mask.cases
def _(rng):
    yield case(["ba"], "abc", 3, label="one word, one place left over")
    yield case(["ab", "cacb", "b"], "abc", 5, label="three words")
    yield case(["axb", "zz"], "abc", 4, label="letters that the alphabet does not have")
    yield case(["abcabc", "cb"], "abc", 4, label="a word that is too long")
    yield case(["a", "", "bc"], "abc", 2, label="an empty word")
    yield case(["Ab", "aB", "AA"], "abA", 3, label="capital letters are other letters")
    yield case(["два", "日本", "øre"], "oreø", 5, label="words in other scripts")
    yield case([], "ab", 3, label="no word at all")
    yield case(["zebra", "aaa"], "zyxabre", 6, label="an alphabet in another order")
    yield case(["a-b", "c d'"], "abcd", 5, label="hyphen, blank and apostrophe")
    yield case([" ab", "b  "], "ab", 4, label="a blank at the beginning, and two at the end")
    yield case(["caab", "bbbb", "acca", "b"], "abc", 4, label="as many words as places")
    letters = "ebdacf"
    yield case(["".join(rng.choice(list(letters + "xy"), n)) for n in (3, 7, 1, 5, 0)], letters, 6,
               label="words drawn at random")  # fmt: skip


@pad_and_mask.oracle
def _(words, alphabet, length):
    numbers = {letter: k for k, letter in enumerate(alphabet, start=2)}
    rows = [[numbers.get(letter, 1) for letter in word] + [0] * length for word in words]
    codes = np.array([row[:length] for row in rows], int).reshape(len(words), length)
    kept = [min(len(word), length) for word in words]
    mask = [[True] * n + [False] * (length - n) for n in kept]
    return codes, np.array(mask, bool).reshape(len(words), length)


pad_and_mask.mistake(
    "the padding is in front of the words",
    hint="The docstring puts it behind them. In which column is the first letter?",
    also=(lambda *args: (wf.write(*args, front=True)[0], wf.write(*args)[1]),),
)(partial(wf.write, front=True))


pad_and_mask.mistake(
    "the letters are numbered from 0: the first one looks like padding",
    hint="0 is the padding, 1 the unknown letter. What is left for alphabet[0]?",
    also=(
        partial(wf.write, first=0, mask=lambda codes, real, words: codes > 0),
        partial(wf.write, first=0, unknown=-1),
        partial(wf.write, first=0, unknown=0),
        partial(wf.write, first=0, unknown=-1, pad=-1),
    ),
)(partial(wf.write, first=0))


pad_and_mask.mistake(
    "the letters are numbered from 1: the first one looks like an unknown letter",
    hint="0 is the padding, 1 the unknown letter. What is left for alphabet[0]?",
    also=(
        partial(wf.write, first=1, unknown=0),
        partial(wf.write, first=1, unknown=0, mask=lambda codes, real, words: codes > 0),
    ),
)(partial(wf.write, first=1))


pad_and_mask.mistake(
    "the letters got a number too many",
    hint="alphabet[k] gets k + 2. Which one does alphabet[0] get in your code?",
    also=(partial(wf.write, first=3, unknown=2), partial(wf.write, first=3, unknown=2, pad=1)),
)(partial(wf.write, first=3))


pad_and_mask.mistake(
    "an unknown letter got 0, as if it were padding",
    hint="A letter that we do not know is still a letter. Which number does it get?",
    also=(partial(wf.write, unknown=0, mask=lambda codes, real, words: codes > 0),),
)(partial(wf.write, unknown=0))


pad_and_mask.mistake(
    "unknown letters were left out, and the others moved up",
    hint='How long is "axb" if the alphabet has no x? The docstring gives it a number.',
)(partial(wf.write, unknown=None))


pad_and_mask.mistake(
    "an unknown letter got another number than 1",
    hint="Which number does the docstring give to all letters that the alphabet does not have?",
    also=(
        lambda words, alphabet, length: wf.write(words, alphabet, length,
                                                 unknown=len(alphabet) + 2),
        partial(wf.write, unknown=2),
    ),
)(partial(wf.write, unknown=-1))  # fmt: skip


pad_and_mask.mistake(
    "a letter that the alphabet does not have breaks it",
    hint="alphabet.index stops with an error there. What does alphabet.find do?",
    also=(lambda words, alphabet, length: wf.write(
        words, alphabet, length, code={a: k + 2 for k, a in enumerate(alphabet)}.__getitem__),),
)(wf.unguarded)  # fmt: skip


pad_and_mask.mistake(
    "a word that is too long breaks it",
    hint="A word of 6 letters, 4 places: how many letters does your loop go through?",
    also=(wf.filled,),
)(wf.uncut)


pad_and_mask.mistake(
    "of a word that is too long the last letters were kept, not the first",
    hint='"abcabc" in 4 places: the docstring keeps "abca". And you?',
)(partial(wf.write, keep=lambda numbers, length: numbers[-length:]))


pad_and_mask.mistake(
    "a word that is too long was dropped",
    hint="Of a word of 6 letters in 4 places, how much does the docstring keep?",
    also=(
        lambda words, alphabet, length: wf.write(
            [w for w in words if len(w) <= length], alphabet, length
        ),
    ),
)(partial(wf.write, keep=lambda numbers, length: numbers if len(numbers) <= length else []))


pad_and_mask.mistake(
    "the array is as wide as the longest word, not as length says",
    hint="The docstring asks for (N, length), whatever the words are. How wide is yours?",
    also=(
        partial(wf.write, width=lambda words, length: max(map(len, words), default=0)),
        partial(wf.write, width=lambda words, length: max(len(word) for word in words)),
        partial(wf.write, width=lambda words, length: min(length, max(len(w) for w in words))),
    ),
)(partial(wf.write, width=lambda words, length: (
    min(length, max(map(len, words), default=0)))))  # fmt: skip


pad_and_mask.mistake(
    "one place of each word is lost",
    hint="A word of 4 letters fits into 4 places. Does your slice stop too early?",
)(partial(wf.write, keep=lambda numbers, length: numbers[: length - 1]))


pad_and_mask.mistake(
    "capital letters were made small",
    hint="The docstring says that they are different letters. Where does lower() come from?",
)(partial(wf.write, letters=str.lower))


pad_and_mask.slip(
    given(lambda a: {"alphabet": "".join(sorted(a["alphabet"]))}),
    "the alphabet was sorted first",
    hint="alphabet[0] gets 2, whichever letter it is. Does set or sorted change the order?",
)


pad_and_mask.mistake(
    "the letters got their Unicode numbers, not their places in the alphabet",
    hint='ord("a") is 97. Which number does alphabet[0] get?',
    also=(partial(wf.write, code=lambda letter: ord(letter) - ord("a") + 2),),
)(partial(wf.write, code=ord))


pad_and_mask.mistake(
    "each letter counts once: repeated letters were left out",
    hint='"aaa" has three letters. How many numbers does it get in your code?',
)(partial(wf.write, letters=lambda word: "".join(dict.fromkeys(word))))


pad_and_mask.mistake(
    "the words are spelled backwards",
    hint="Which letter comes first?",
)(partial(wf.write, letters=lambda word: word[::-1]))


pad_and_mask.mistake(
    "the mask is True everywhere",
    hint="Is there a letter in the padding?",
    also=(partial(wf.write, mask=lambda codes, real, words: codes >= 0),),
)(partial(wf.write, mask=lambda codes, real, words: np.ones(codes.shape, bool)))


pad_and_mask.slip(
    result(lambda mask, **rest: ~mask, "mask"),
    "the mask is the wrong way round: True in the padding",
    hint="The docstring wants True where there is a letter. (PyTorch often wants the opposite.)",
)


pad_and_mask.mistake(
    "the mask leaves out letters that the alphabet does not have",
    hint="1 is the number of an unknown letter. Is there a letter?",
)(partial(wf.write, mask=lambda codes, real, words: codes > 1))


pad_and_mask.mistake(
    "the mask holds the lengths, not a yes or no for each place",
    hint="(N, length) numbers that are True or False: what did you return?",
)(partial(wf.write, mask=lambda codes, real, words: real.sum(axis=1)))


pad_and_mask.mistake(
    "the mask is one place too long, or too short",
    hint="A word of 2 letters: which places are True?",
    also=(partial(wf.write, mask=lambda codes, real, words: (
        np.arange(codes.shape[1]) < real.sum(axis=1)[:, None] - 1)),),
)(partial(wf.write, mask=lambda codes, real, words: (
    np.arange(codes.shape[1]) <= real.sum(axis=1)[:, None])))  # fmt: skip


pad_and_mask.slip(
    reordered(1, 0),
    "the mask comes before the codes",
    hint="In which order does the docstring name the two?",
    whole=True,
)


pad_and_mask.slip(
    transposed("codes"),
    "codes came out as (length, N)",
    hint="One row for each word: which shape has yours?",
    also=(transposed("mask"),),
)


pad_and_mask.mistake(
    "only the first word was used",
    hint="How many words are there? Does your loop return too early?",
    whole=True,
)(lambda words, alphabet, length: wf.write(words[:1], alphabet, length))


pad_and_mask.mistake(
    "without any word the shape is lost",
    hint="np.array([]) has shape (0,). Which shape does the docstring ask for?",
)(wf.lists)
