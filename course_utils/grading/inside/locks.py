"""What a process gives up before it runs a learner's code: the kernel's own locks, by system call.

None of them needs privileges. `close_files` (Landlock) leaves only the named folders readable and
nothing writable; `close_system` (seccomp) refuses new processes, sockets, signals to others, any
change to files and the like; `close_signals` (Landlock again) keeps signals inside; `become_nobody`
gives up root. Where the kernel lacks one (macOS, old Linux), it returns False.
"""

import ctypes
import functools
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
    "setrlimit": (160, 164),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
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
    "fanotify_init": (300, 262),
    # what a file is, who may use it, when it was changed: no exercise has anything to change there
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    # where Landlock is missing, these stand between an answer and the files of others
    "truncate": (76, 45),
    "creat": (85, None),
    "openat2": (437, 437),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "mknod": (133, None),
    "mknodat": (259, 33),
    # the machine as a whole: its names, clocks, disks, modules
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
}
# Calls of which only some uses are refused: number, which argument decides, and the values of it.
# A file's owner and its signal: with O_ASYNC they send any signal to any process, past `kill`.
_COMMANDS = {
    # F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY
    "fcntl": ((72, 25), 1, (8, 10, 15, 1024, 1026)),
    # FIOSETOWN, SIOCSPGRP, FIOASYNC, TIOCSTI
    "ioctl": ((16, 29), 1, (0x8901, 0x8902, 0x5452, 0x5412)),
}
# Opening for writing, creating and cutting short: refused by flag, as an argument of these calls.
_OPENING = {"open": ((2, None), 1), "openat": ((257, 56), 2)}
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE, _CLONE3, _CLONE_THREAD = (56, 220), 435, 0x10000
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_EPERM, _ENOSYS = 1, 38
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_X32 = 0x40000000  # x86_64's second numbering of the same calls

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 4, 38, 22


@functools.cache
def _libc():
    return ctypes.CDLL(None, use_errno=True)


def hide_memory() -> None:
    """Processes of the same user may not look into this one, nor into those that it forks."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


# ---------------------------------------------------------------------------------------- seccomp
def close_system(writing: bool = False) -> bool:
    """Refuse this process all system calls that no exercise needs. True where that worked.

    With `writing`, files may be opened to be written to (in a world where nothing can be).
    """
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return False
    program = filter_for(writing)
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions, padded to the pointer's alignment
    fprog = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return libc.prctl(_PR_SET_SECCOMP, 2, ctypes.create_string_buffer(fprog, len(fprog)), 0, 0) == 0


def prepare(writing: bool) -> None:
    """Make in a worker what each of its forks would have to make."""
    if platform.machine() in _ARCHITECTURES:
        filter_for(writing)


@functools.cache
def filter_for(writing: bool) -> bytes:
    """The filter for this machine."""
    return _filter(*_ARCHITECTURES[platform.machine()], writing)


def _filter(column: int, architecture: int, writing: bool) -> bytes:
    """The classic BPF program: each refused call is one comparison and one return."""
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
        _load(_argument(0)),  # the flags: a new thread may be, a new process not
        _jump_bits(_CLONE_THREAD, 1, 0),
        _return(_REFUSE | _EPERM),
        _return(_ALLOW),
    ]
    for numbers, which, values in _COMMANDS.values():
        tests = [_jump_equal(value, len(values) - i, 0) for i, value in enumerate(values)]
        program += _if_number(numbers[column], which, [*tests, _return(_ALLOW)])
    opened_to_write = [_jump_bits(_TO_WRITE, 1, 0), _return(_ALLOW)]
    for numbers, which in () if writing else _OPENING.values():
        program += _if_number(numbers[column], which, opened_to_write)
    for numbers in _REFUSED.values():
        if numbers[column] is not None:
            program += [_jump_equal(numbers[column], 0, 1), _return(_REFUSE | _EPERM)]
    return b"".join([*program, _return(_ALLOW)])


def _if_number(number: int | None, which: int, tests: list[bytes]) -> list[bytes]:
    """For one call: look at an argument; what comes out at the end of the tests is refused."""
    if number is None:
        return []
    inside = [_load(_argument(which)), *tests, _return(_REFUSE | _EPERM)]
    return [_jump_equal(number, 0, len(inside)), *inside]


def _argument(which: int) -> int:
    """Where in the description of a call the lower half of an argument is (little-endian)."""
    return 16 + 8 * which


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
_SCOPES_FROM, _SCOPES = 6, 3  # abstract sockets and signals


def landlock_version() -> int:
    """Which version of Landlock this kernel has; 0 where it is missing or switched off."""
    if sys.platform != "linux":
        return 0
    return max(0, _libc().syscall(_CREATE_RULESET, None, 0, 1))


def close_files(readable: list[str]) -> bool:
    """Leave this process only the named files and folders to read. True where that worked."""
    version = landlock_version()
    if not version:
        return False
    libc = _libc()
    rights = (1 << _RIGHTS_OF_VERSION[min(version, 5)]) - 1
    ruleset = _ruleset(libc, struct.pack("Q", rights))
    if ruleset < 0:
        return False
    for path in filter(os.path.exists, readable):
        _allow_reading(libc, ruleset, path)
    return _restrict(libc, ruleset)


def close_signals() -> bool:
    """Keep the signals of this process among itself and what it starts. True where that worked."""
    if landlock_version() < _SCOPES_FROM:
        return False
    libc = _libc()
    ruleset = _ruleset(libc, struct.pack("QQQ", 0, 0, _SCOPES))  # no files, no network, scopes
    return ruleset >= 0 and _restrict(libc, ruleset)


def _ruleset(libc, attributes: bytes) -> int:
    wanted = ctypes.create_string_buffer(attributes, len(attributes))
    return libc.syscall(_CREATE_RULESET, wanted, len(attributes), 0)


def _restrict(libc, ruleset: int) -> bool:
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


# ------------------------------------------------------------------------------------- privileges
_NOBODY = 65534


def drop_capabilities() -> bool:
    """Give up all that root may do beyond owning its files. True where that worked."""
    if sys.platform != "linux":
        return False
    version_3 = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0), 8)
    return _libc().capset(version_3, ctypes.create_string_buffer(24)) == 0


def become_nobody() -> bool:
    """Give up root for good. True where this process is not root afterwards."""
    if not hasattr(os, "geteuid"):
        return False
    if os.geteuid() == 0:
        try:
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        except OSError:  # a container that has no such user
            return False
    return os.geteuid() != 0
