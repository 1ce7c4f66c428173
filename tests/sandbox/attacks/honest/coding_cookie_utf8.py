#!/usr/bin/env python3
# -*- coding: utf-8 -*-
# vim: set fileencoding=utf-8 :
# title: a shebang, a coding line and an editor's line
# exam: text
# expect: passed
"""Über."""
__author__ = "Jürgen"
__all__ = ["f"]

def f(número):
    return "ab🙂" * número
