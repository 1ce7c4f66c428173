#!/usr/bin/env bash
# Writes the file system of the base image that the Dockerfiles name, for where no container registry can be
# reached: Debian's packages plus the CPython that runs this project, under /usr/local.
# Usage: build_base.sh ARCHIVE.tar     needs root and Debian's package archive.
set -euo pipefail
archive="$1"
python="${PYTHON:-python3.11}"
suite=bookworm
libraries=ca-certificates,netbase,tzdata,libbz2-1.0,libcrypt1,libexpat1,libffi8,libgdbm6,liblzma5
libraries+=,libncursesw6,libnsl2,libreadline8,libsqlite3-0,libssl3,libtirpc3,libuuid1,zlib1g

[ "$(id -u)" = 0 ] || { echo "build_base: needs root (debootstrap)" >&2; exit 1; }
if ! command -v debootstrap >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >&2
fi

# Under /usr the running CPython is the distribution's own: the image then takes Debian's package of it.
prefix="$("$python" -c 'import sys; print(sys.base_prefix)')"
[ "$prefix" != /usr ] || libraries+=,python3,python3-venv,python3-pip

root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include="$libraries" "$suite" "$root" >"$root.log" 2>&1 ||
  { tail -n 20 "$root.log" >&2; rm -f "$root.log"; exit 1; }
rm -f "$root.log"
if [ "$prefix" = /usr ]; then
  ln -s /usr/bin/python3.11 "$root/usr/local/bin/python3.11"
  ln -s /usr/bin/python3.11 "$root/usr/local/bin/python3"
  ln -s /usr/bin/pip3 "$root/usr/local/bin/pip"
else
  tar -C "$prefix" -c --exclude='__pycache__' --exclude='*.a' --exclude='lib/python3.11/site-packages/*' \
    --exclude='lib/python3.11/test' --exclude='lib/python3.11/idlelib' --exclude='lib/python3.11/tkinter' \
    --exclude='lib/python3.11/turtledemo' --exclude='lib/python3.11/lib-dynload/_tkinter*' \
    --exclude='lib/python3.11/lib2to3/tests' bin/python3.11 lib/python3.11 \
    $(cd "$prefix" && ls -d lib/libpython3* 2>/dev/null || true) include/python3.11 | tar -C "$root/usr/local" -x --no-same-owner
  ln -sf python3.11 "$root/usr/local/bin/python3"
  printf '%s\n' /usr/local/lib >"$root/etc/ld.so.conf.d/python.conf"
  chroot "$root" /sbin/ldconfig
  chroot "$root" /usr/local/bin/python3.11 -m ensurepip --default-pip >/dev/null 2>&1
fi
ln -sf python3 "$root/usr/local/bin/python"
chroot "$root" /usr/local/bin/python3.11 -c \
  'import bz2, ctypes, hashlib, lzma, readline, sqlite3, ssl, uuid, zlib; ssl.create_default_context()'
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,info}/* "$root"/var/log/*
tar -C "$root" -c --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -f "$archive" .
