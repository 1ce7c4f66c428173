"""``python -I -S -B warm.py SITE``: type-checks the standard library once, so that no cell has to.

The results stand in ``SITE/mypy_cache`` and are read from there by every cell, under whatever path the site
directory has; cells cannot write to it.
"""

from __future__ import annotations

import os
import sys
import tempfile

MYPY_CACHE = "mypy_cache"
"""Directory inside the site directory."""

MYPY_OPTIONS = (
    "--config-file=",
    "--no-site-packages",
    "--no-sqlite-cache",
    "--skip-cache-mtime-checks",
    "--ignore-missing-imports",
    "--follow-imports=silent",
    "--check-untyped-defs",
    "--no-error-summary",
)
"""How mypy is asked, here and in the cell: other options would find a cache that is not theirs."""

_MODULES = (
    "abc, array, ast, asyncio, base64, bisect, calendar, cmath, collections, collections.abc, contextlib, copy, csv, "
    "dataclasses, datetime, decimal, enum, fractions, functools, glob, hashlib, heapq, hmac, html, inspect, io, "
    "itertools, json, logging, math, numbers, operator, os, os.path, pathlib, pickle, platform, pprint, queue, random, "
    "re, secrets, shutil, signal, socket, sqlite3, statistics, string, struct, subprocess, sys, tempfile, textwrap, "
    "threading, time, traceback, types, typing, typing_extensions, unicodedata, unittest, urllib.parse, "
    "urllib.request, uuid, warnings, weakref, zlib"
)


def main(site: str) -> int:
    """Fill the cache; 0 if all went well."""
    sys.path.append(site)
    from mypy import build
    from mypy import main as command

    with tempfile.TemporaryDirectory() as directory:
        seed = os.path.join(directory, "assay_seed.py")
        with open(seed, "w") as file:
            file.write(f"import {_MODULES}\n")
        cache = os.path.join(site, MYPY_CACHE)
        sources, options = command.process_options([*MYPY_OPTIONS, f"--cache-dir={cache}", seed])
        errors = build.build(sources, options).errors
    sys.stderr.write("".join(f"{line}\n" for line in errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
