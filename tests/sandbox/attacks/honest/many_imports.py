# title: imports half of the standard library
# exam: add
# expect: passed
import abc, array, ast, base64, binascii, bisect, calendar, cmath, collections, configparser, copy, csv, ctypes, datetime, decimal, difflib, enum, fractions, hashlib, heapq, hmac, html, inspect, io, itertools, json, keyword, locale, logging, math, numbers, operator, os, pathlib, pickle, platform, pprint, queue, random, re, secrets, shutil, socket, sqlite3, statistics, string, struct, subprocess, sys, tempfile, textwrap, threading, time, timeit, tokenize, traceback, types, typing, unicodedata, unittest, urllib.parse, uuid, weakref, xml.etree.ElementTree, zipfile, zlib

def f(a, b):
    return a + b
