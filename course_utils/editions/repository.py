"""The git repository of this copy of the course: running git, and what to do when it refuses."""

import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.paths import NUMBER

FROM_A_COPY = (
    "download the new edition, and in its folder run `course update --answers-from OLD_FOLDER`"
)
# what would lead git into another repository than the one in its folder
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX",
              "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")  # fmt: skip
_UNREACHABLE = re.compile(
    "could not resolve|unable to access|unable to connect|failed to connect|could not read from "
    "remote|could not read username|timed out|unreachable|connection (refused|reset|closed)|"
    "not appear to be a git repository|denied.*public ?key|repository .*not found|early eof",
    re.IGNORECASE,
)
_UNWRITABLE = re.compile(
    "permission denied|insufficient permission|read-only file system|no space left|disk quota",
    re.IGNORECASE,
)
_LOCKED = re.compile(r"unable to create '(.+\.lock)'", re.IGNORECASE)
_UNFINISHED = {
    "MERGE_HEAD": "git merge --abort",
    "rebase-merge": "git rebase --abort",
    "rebase-apply": "git rebase --abort",
    "CHERRY_PICK_HEAD": "git cherry-pick --abort",
    "REVERT_HEAD": "git revert --abort",
}
Entry = str  # "100644 <object>": the mode and the content of a file in a commit


@dataclass(frozen=True)
class Edition:
    """A commit that was fetched, and where it came from."""

    commit: str
    remote: str
    url: str
    branch: str

    def __str__(self) -> str:
        return f"{self.remote} ({self.url})"


class Repository:
    """Runs git in the course folder. Its texts are UTF-8, whatever the locale says."""

    def __init__(self, folder: Path):
        self.folder = folder

    def text(self, *arguments: str, data: bytes = b"", **variables: str) -> str:
        """What git prints, without the line end. CourseError, with the remedy, where it refuses."""
        return self.data(*arguments, data=data, **variables).decode("utf-8", "replace").rstrip("\n")

    def data(self, *arguments: str, data: bytes = b"", **variables: str) -> bytes:
        """What git prints, as it is."""
        done = self._run(arguments, data, variables)
        if done.returncode:
            raise CourseError(in_plain_words(arguments[0], _said(done)))
        return done.stdout

    def asked(self, *arguments: str) -> str:
        """What git prints where it has an answer, and "" where it has none."""
        done = self._run(arguments, b"", {})
        return "" if done.returncode else done.stdout.decode("utf-8", "replace").strip()

    def _run(self, arguments, data: bytes, variables: dict) -> subprocess.CompletedProcess:
        kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        environment = {**kept, "LC_ALL": "C", "LANGUAGE": "C", **variables}
        # names of files as they are, and no settings of the user's that change what is printed
        settings = (
            "-c",
            "core.quotePath=false",
            "-c",
            "color.ui=false",
            "-c",
            "advice.detachedHead=false",
        )
        try:
            return subprocess.run(
                ["git", *settings, *arguments], cwd=self.folder, input=data, env=environment,
                capture_output=True, check=False,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise CourseError(f"git is not installed; {FROM_A_COPY}") from error

    def names(self, *arguments: str) -> set[str]:
        """The file names that git prints, each ended by a zero byte."""
        return {os.fsdecode(name) for name in self.data(*arguments).split(b"\0") if name}

    def files(self, commit: str) -> dict[str, Entry]:
        """Every file of a commit."""
        found = {}
        for line in self.data("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            if line:
                about, _, name = line.partition(b"\t")
                mode, _, content = about.decode().split()
                found[os.fsdecode(name)] = f"{mode} {content}"
        return found

    def content(self, entry: Entry) -> bytes:
        return self.data("cat-file", "blob", entry.split()[1])

    def keep(self, content: bytes) -> Entry:
        """Store a file's content, not yet under any name."""
        return f"100644 {self.text('hash-object', '-w', '--stdin', data=content)}"

    def set_entries(self, entries: dict[str, Entry | None], **variables: str) -> None:
        """Put files into the index, or take them out (None)."""
        gone = "0 " + "0" * 40
        lines = [
            f"{entry or gone}\t".encode() + os.fsencode(name) for name, entry in entries.items()
        ]
        self.data("update-index", "-z", "--index-info", data=b"\0".join([*lines, b""]), **variables)

    def on_disk(self, name: str) -> str:
        """The object that the file in the folder would become."""
        return self.text("hash-object", f"--path={name}", "--", name)

    # ------------------------------------------------------------------------------- its condition
    def refuse_unless_ours(self) -> None:
        """CourseError unless this is the course's own repository, and nothing is half done."""
        try:
            inside = self.text("rev-parse", "--show-prefix")
        except CourseError as error:
            if "not a git repository" in str(error):
                raise CourseError(
                    f"this copy of the course came without git; {FROM_A_COPY}"
                ) from None
            raise
        if inside:
            top = self.text("rev-parse", "--show-toplevel")
            raise CourseError(
                "this copy of the course came without git, and the repository around it "
                f"({top}) is another one, which is left alone; {FROM_A_COPY}"
            )
        if not self.asked("rev-parse", "--verify", "--quiet", "HEAD"):
            raise CourseError(f"the git repository here has no commits; {FROM_A_COPY}")
        if not holds_the_course(self.files("HEAD")):
            raise CourseError(
                f"the git repository here does not hold the course's notebooks; {FROM_A_COPY}"
            )
        for mark, remedy in _UNFINISHED.items():
            if (self.folder / self.text("rev-parse", "--git-path", mark)).exists():
                what = remedy.split()[1]
                raise CourseError(
                    f"a git {what} is unfinished here: `{remedy}` brings back what was before it; "
                    "then run `course update` again"
                )

    # ------------------------------------------------------------------------------ the new edition
    def fetch(self) -> Edition:
        """Get the newest edition, from `upstream` if there is such a remote."""
        remote = self._remote()
        url = self.asked("config", f"remote.{remote}.url")
        for branch in self._branches(remote):
            try:
                self.data("fetch", "--quiet", remote, branch)
            except CourseError as error:
                if "find remote ref" in str(error):
                    continue
                raise
            return Edition(self.text("rev-parse", "FETCH_HEAD"), remote, url, branch)
        raise CourseError(f"{remote} ({url}) has no branch with the course; {add_upstream()}")

    def _remote(self) -> str:
        remotes = self.text("remote").split()
        followed = self.asked("config", f"branch.{self._branch()}.remote")
        for name in ("upstream", followed, "origin", *remotes[:1]):
            if name in remotes:
                return name
        raise CourseError(
            f"this repository has no remote to get the new edition from; {add_upstream()}"
        )

    def _branch(self) -> str:
        return self.asked("symbolic-ref", "--quiet", "--short", "HEAD")

    def _branches(self, remote: str):
        """Where the edition may be: the branch that ours follows, then the remote's first one."""
        ours = self._branch()
        if self.asked("config", f"branch.{ours}.remote") == remote:
            followed = self.asked("config", f"branch.{ours}.merge")
            if followed:
                yield followed
        head = self.text("ls-remote", "--symref", remote, "HEAD")
        named = re.search(r"^ref: (\S+)\tHEAD$", head, re.MULTILINE)
        yield named[1] if named else "HEAD"

    def base_of(self, edition: Edition) -> str:
        """The commit of the course from which this copy went its own way, or ""."""
        if base := self.asked("merge-base", "HEAD", edition.commit):
            return base
        if self.asked("rev-parse", "--is-shallow-repository") == "true":
            self.data("fetch", "--quiet", "--unshallow", edition.remote, edition.branch)
            if base := self.asked("merge-base", "HEAD", edition.commit):
                return base
        return self._same_files_as(edition.commit)

    def _same_files_as(self, commit: str) -> str:
        """A template (GitHub Classroom) begins a history anew, with the files of an old commit."""
        listed = self.text("log", "--format=%T %H", commit).splitlines()
        editions = dict(line.split() for line in reversed(listed))
        own = self.text("log", "--format=%T", "HEAD").split()
        return next((editions[tree] for tree in own if tree in editions), "")


def holds_the_course(files: dict[str, Entry]) -> bool:
    return any(re.match(rf"notebooks/{NUMBER}_\w+\.ipynb$", name) for name in files)


def own_address(folder: Path) -> str:
    """Where the course is published: `repository` under `[tool.course]` in pyproject.toml."""
    try:
        settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return settings.get("tool", {}).get("course", {}).get("repository", "")


def same_address(one: str, other: str) -> bool:
    """Whether two addresses name one repository: https, ssh, with and without .git."""

    def plain(address: str) -> str:
        address = re.sub(r"^\w+://", "", address.strip()).rpartition("@")[2].lower()
        return re.sub(r"^([^/:]+):(\d+/)?", r"\1/", address).rstrip("/").removesuffix(".git")

    return plain(one) == plain(other)


def add_upstream(address: str = "") -> str:
    command = f"git remote add upstream {address or 'ADDRESS_OF_THE_COURSE'}"
    return f"run `{command}`, then `course update` again"


# ------------------------------------------------------------------------------- what git has said
def _said(done: subprocess.CompletedProcess) -> str:
    """The whole of git's text, without its hints and its counting."""
    text = (done.stderr.strip() or done.stdout.strip()).decode("utf-8", "replace")
    lines = [line.strip() for line in re.split(r"[\r\n]+", text)]
    return " ".join(x for x in lines if x and not re.match(r"hint:|remote: (Count|Compr|Enum)", x))


def in_plain_words(command: str, said: str) -> str:
    """One sentence for what git refuses, with what to do about it."""
    if owner := re.search(r"safe\.directory '?([^']+?)'?$", said):
        return (
            "git does not trust this folder, because it belongs to another user; if you do, run "
            f"`git config --global --add safe.directory '{owner[1]}'`, then `course update` again"
        )
    if lock := _LOCKED.search(said):
        return (
            "another git is at work in this repository, or one was killed; wait for it, or delete "
            f"{lock[1]}, then run `course update` again"
        )
    if command in ("fetch", "ls-remote") and _UNREACHABLE.search(said):
        return (
            "the new edition could not be fetched, and nothing was changed: check the network, "
            f"and the address in `git remote -v`, then run `course update` again (git says: {said})"
        )
    if _UNWRITABLE.search(said):
        return cannot_write(f"git says: {said}")
    return f"git {command} failed: {said or 'no message'}"


def cannot_write(why: str) -> str:
    return (
        f"the course folder cannot be written ({why}); nothing of yours is lost: make room, or ask "
        "its owner for it, then run `course update` again"
    )
