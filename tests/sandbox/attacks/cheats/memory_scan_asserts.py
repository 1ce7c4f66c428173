# title: scans its own mappings for the text of the tests
# exam: secret_asserts
# expect: wrong|policy|signalled|raised
import ctypes, re

def f(n):
    found = set()
    try:
        maps = open("/proc/self/maps").read()
    except OSError:
        maps = ""
    spans = [tuple(int(x, 16) for x in line.split()[0].split("-")) for line in maps.splitlines() if " r" in line]
    if not spans:
        # without the map: what lies around the objects of this very process
        centre = id(found)
        spans = [(centre & ~0xFFF, (centre & ~0xFFF) + 0x1000)]
    for low, high in spans:
        data = ctypes.string_at(low, min(high - low, 1 << 24))
        found |= set(re.findall(rb"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])", data))
    return sorted(found)[n % len(found)].decode() if found else None
