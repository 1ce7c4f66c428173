# title: numpy integers as values of a dict
# exam: counts
# expect: passed
import numpy as np

def f(text):
    letters, numbers = np.unique(list(text), return_counts=True) if text else ([], [])
    return {str(letter): number for letter, number in zip(letters, numbers)}
