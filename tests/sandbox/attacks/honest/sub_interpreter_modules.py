# title: modules of many corners of the library
# exam: add
# expect: passed
import calendar, cmath, codecs, colorsys, configparser, csv, difflib, email.message, fnmatch, getpass, glob, gzip
import hashlib, hmac, html, http.client, ipaddress, locale, lzma, mimetypes, optparse, platform, pprint, secrets, shlex
import shutil, socket, ssl, statistics, subprocess, sched, tarfile, timeit, tokenize, tracemalloc, urllib.request
import uuid, xml.etree.ElementTree, zipfile, zlib, concurrent.futures, multiprocessing, select, selectors, argparse

def f(a, b):
    assert zlib.decompress(zlib.compress(b"x" * 100)) == b"x" * 100 and hashlib.md5(b"").hexdigest()
    assert uuid.uuid4() != uuid.uuid4() and len(secrets.token_hex(4)) == 8
    return statistics.fmean([a, b]) * 2 if isinstance(a, float) else a + b
