"""What a process gives up before it runs a learner's code: the kernel's own locks, by system call.

Both need no privileges. `close_files` (Landlock) leaves only the named folders readable and nothing
writable; `close_system` (seccomp) refuses new processes, sockets, signals to others and the like.
Where the kernel has neither (macOS, old Linux), they say so by returning False.
"""

import ctypes
import os
import platform
import struct
import sys

# name: (number on x86_64, number on aarch64); None where there is no such call
_REFUSED = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "open_by_handle_at": (304, 265),
}
_CLONE, _CLONE3, _CLONE_THREAD = (56, 220), 435, 0x10000
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_EPERM, _ENOSYS = 1, 38
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_X32 = 0x40000000  # x86_64's second numbering of the same calls

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 4, 38, 22


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def hide_memory() -> None:
    """Processes of the same user may not look into this one, nor into those that it forks."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


# ---------------------------------------------------------------------------------------- seccomp
def close_system() -> bool:
    """Refuse this process all system calls that no exercise needs. True where that worked."""
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return False
    program = _filter(*_ARCHITECTURES[platform.machine()])
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions, padded to the pointer's alignment
    fprog = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return libc.prctl(_PR_SET_SECCOMP, 2, ctypes.create_string_buffer(fprog, len(fprog)), 0, 0) == 0


def _filter(column: int, architecture: int) -> bytes:
    """The classic BPF program: each refused call is one comparison and one return."""
    numbers = [pair[column] for pair in _REFUSED.values() if pair[column] is not None]
    program = [
        _load(4),  # the architecture
        _jump_equal(architecture, 1, 0),
        _return(_KILL),
        _load(0),  # the number of the call
        _jump_at_least(_X32, 0, 1),
        _return(_KILL),
        _jump_equal(_CLONE3, 0, 1),
        _return(_REFUSE | _ENOSYS),  # the C library then takes clone, whose flags can be seen
        _jump_equal(_CLONE[column], 0, 4),
        _load(16),  # the flags: a new thread may be, a new process not
        _jump_bits(_CLONE_THREAD, 1, 0),
        _return(_REFUSE | _EPERM),
        _return(_ALLOW),
    ]
    for number in numbers:
        program += [_jump_equal(number, 0, 1), _return(_REFUSE | _EPERM)]
    return b"".join([*program, _return(_ALLOW)])


def _load(offset: int) -> bytes:
    return struct.pack("HBBI", 0x20, 0, 0, offset)


def _jump_equal(value: int, then: int, otherwise: int) -> bytes:
    return struct.pack("HBBI", 0x15, then, otherwise, value)


def _jump_at_least(value: int, then: int, otherwise: int) -> bytes:
    return struct.pack("HBBI", 0x35, then, otherwise, value)


def _jump_bits(value: int, then: int, otherwise: int) -> bytes:
    return struct.pack("HBBI", 0x45, then, otherwise, value)


def _return(value: int) -> bytes:
    return struct.pack("HBBI", 0x06, 0, 0, value)


# --------------------------------------------------------------------------------------- Landlock
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
# the first version of Landlock knows 13 rights on files; each later one adds some
_RIGHTS_OF_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}


def close_files(readable: list[str]) -> bool:
    """Leave this process only the named files and folders to read. True where that worked."""
    if sys.platform != "linux":
        return False
    libc = _libc()
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = (1 << _RIGHTS_OF_VERSION[min(version, 5)]) - 1
    wanted = ctypes.create_string_buffer(struct.pack("Q", rights), 8)
    ruleset = libc.syscall(_CREATE_RULESET, wanted, 8, 0)
    if ruleset < 0:
        return False
    for path in filter(os.path.exists, readable):
        _allow_reading(libc, ruleset, path)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    closed = libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return closed


def _allow_reading(libc, ruleset: int, path: str) -> None:
    rights = _READ_FILE | _EXECUTE | (_READ_DIR if os.path.isdir(path) else 0)
    parent = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_PATH", 0))
    beneath = ctypes.create_string_buffer(struct.pack("=Qi", rights, parent), 12)
    libc.syscall(_ADD_RULE, ruleset, 1, beneath, 0)
    os.close(parent)
