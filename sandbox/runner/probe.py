"""What the first child of a cell must not be able to do: a candidate of our own that tries."""

PROBE_SOURCE = b"""
import ctypes, json, os, struct
problems = []

def must_fail(what, action):
    try:
        action()
    except (OSError, AttributeError):
        return
    problems.append(what)

def capabilities():
    libc = ctypes.CDLL(None)
    number = {"x86_64": 125, "aarch64": 90}.get(os.uname().machine)
    if number is None:
        return
    header = ctypes.create_string_buffer(struct.pack("<Ii", 0x20080522, 0))
    data = ctypes.create_string_buffer(24)
    if libc.syscall(number, header, data) != 0 or any(data.raw):
        problems.append("the probe has capabilities")

def opened(path, flags=os.O_RDONLY):
    os.close(os.open(path, flags))

def network():
    import socket
    socket.socket().close()

def unix_socket():
    import socket
    socket.socket(socket.AF_UNIX).close()

capabilities()
must_fail("the probe can read /etc/shadow", lambda: opened("/etc/shadow"))
core_pattern = "/proc/sys/kernel/core_pattern"
must_fail("the probe can write " + core_pattern, lambda: opened(core_pattern, os.O_WRONLY))
must_fail("the probe can open a socket", network)
must_fail("the probe can open a UNIX socket", unix_socket)
must_fail("the probe can fork", os.fork)
must_fail("the probe can signal others", lambda: os.kill(1, 0))
must_fail("the probe can write outside its directory", lambda: opened("/probe", os.O_WRONLY | os.O_CREAT))
must_fail("the probe can write to /dev/shm", lambda: opened("/dev/shm/probe", os.O_WRONLY | os.O_CREAT))
os.write(2, json.dumps({"problems": problems, "uids": list(os.getresuid())}).encode())

def probe():
    return None
"""
