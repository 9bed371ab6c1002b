"""Who handed in what: everybody has a row, late or missing, and comments stay."""

import json
import os
import time
import zipfile

import pytest
from class_helpers import ABS, RIGHT, points_of, rows
from class_helpers import grade as course_grade

from course_utils.grading import run
from course_utils.grading.roster import not_among, read_roster
from submissions import as_bytes, edition, write


@pytest.fixture
def course():
    return course_grade


# ------------------------------------------------------------------- what instructors ask for
def test_everybody_has_a_row_with_the_reason(course, tmp_path):
    write(tmp_path / "class", {
        "ada/00.ipynb": as_bytes(RIGHT), "bob/hw.zip": b"no zip", "cid/x.html": b"<html>",
        "dot/HW.IPYNB": as_bytes(RIGHT), "eve/hw.ipynb.txt": as_bytes(RIGHT), "fay/a.py": b"",
        "fay/b.py": b"", "gus.py": b"x = 1", "hal.zip": b"", "Thumbs.db": b"", "grades.csv": b"",
    })  # fmt: skip
    (tmp_path / "class/ian").mkdir()
    course(tmp_path / "class", "-o", tmp_path / "out", "--notebook", "00")
    saved = {}
    for path in (tmp_path / "out/results").iterdir():
        data = json.loads(path.read_text())
        saved[data["student"]] = data
    assert set(saved) == {"ada", "bob", "cid", "dot", "eve", "fay", "gus", "hal", "ian"}
    assert {n for n, d in saved.items() if d["points"]} == {"ada", "dot", "eve"}
    for name, said in [("bob", "no zip that can be opened"), ("cid", "no notebook"),
                       ("fay", "a.py, b.py"), ("gus", "no notebook"), ("hal", "no zip"),
                       ("ian", "empty")]:  # fmt: skip
        assert said in saved[name]["remarks"][0], saved[name]["remarks"]
    assert "ian" in (tmp_path / "out/report.html").read_text()
    assert {r["Full name"] for r in rows(tmp_path / "out/moodle.csv")} == set(saved)


def zipped(path, files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_platforms_zip_is_graded_as_it_is(course, tmp_path):
    inner = zipped(tmp_path / "x.zip", {"00_start_here.ipynb": as_bytes(RIGHT)}).read_bytes()
    whole = zipped(tmp_path / "all.zip", {
        "Ada Love_111_assignsubmission_file/00_start_here.ipynb": as_bytes(RIGHT),
        "Bob Ng_222_assignsubmission_file/submission.zip": inner,
        "Cid X_333_assignsubmission_file/a.pdf": b"%PDF",
        "../../evil.ipynb": as_bytes(RIGHT),
        "/etc/evil.ipynb": as_bytes(ABS),
        "__MACOSX/._00.ipynb": b"x",
    })  # fmt: skip
    done = course(whole, "-o", tmp_path / "out", "--notebook", "00")
    assert done.exit_code == 0, done.output
    grades = {r["student"]: r["points"] for r in rows(tmp_path / "out/grades.csv")}
    assert grades.pop("Ada Love_111") == grades.pop("Bob Ng_222") == "1"
    assert grades.pop("Cid X_333") == "0"
    assert set(grades.values()) == {"0"}
    assert not (tmp_path.parent / "evil.ipynb").exists()


def test_a_zip_of_one_student_is_that_student(tmp_path):
    files = {"00_start_here.ipynb": as_bytes(RIGHT), "01_perceptron_to_mlp.ipynb": edition("01")}
    done = run.grade_class([zipped(tmp_path / "ada.zip", files)], jobs=1)
    assert [(s.student, s.points) for s in done.students] == [("ada", 1)]


def test_a_zip_in_a_folder_of_its_own(tmp_path):
    files = {"class/ada.ipynb": as_bytes(RIGHT), "class/bob/00.ipynb": as_bytes(RIGHT)}
    assert points_of(zipped(tmp_path / "class.zip", files)) == {"ada": 1, "bob": 1}


def test_a_bomb_is_refused(tmp_path):
    bomb = zipped(tmp_path / "class/bomb.zip", {"a.ipynb": bytes(300 << 20)})
    zipped(tmp_path / "class/many.zip", {f"{i}.ipynb": b"" for i in range(50_001)})
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT)})
    assert bomb.stat().st_size < 1 << 20
    done = run.grade_class([tmp_path / "class"], number="00", jobs=1)
    remarks = {s.student: s.remarks for s in done.students}
    assert "up to 200 MB" in remarks["bomb"][0]
    assert "more than 50,000 files" in remarks["many"][0]
    assert points_of(tmp_path / "class")["ada"] == 1


def test_folders_given_one_by_one_are_a_class(course, tmp_path):
    for name in ("ada", "bob"):
        write(tmp_path / "subs" / name, {"00_start_here.ipynb": as_bytes(RIGHT)})
    write(tmp_path / "subs/cid", {"mine.ipynb": as_bytes(ABS)})
    (tmp_path / "subs/dot").mkdir()
    done = run.grade_class(sorted((tmp_path / "subs").iterdir()), number="00", jobs=1)
    assert {s.student: s.points for s in done.students} == {"ada": 1, "bob": 1, "cid": 0, "dot": 0}
    assert points_of(tmp_path / "subs") == {"ada": 1, "bob": 1, "cid": 0, "dot": 0}


def test_students_with_numbers_are_no_notebooks_of_the_course(tmp_path):
    write(tmp_path, {"00_ada.ipynb": as_bytes(RIGHT), "01_bob.ipynb": as_bytes(RIGHT)})
    assert points_of(tmp_path) == {"00_ada": 1, "01_bob": 1}


def test_a_folder_of_the_courses_notebooks_is_one_student(tmp_path):
    names = ("00_start_here.ipynb", "00_start_here (1).ipynb", "01_perceptron_to_mlp-Copy1.ipynb")
    write(tmp_path / "ada", {name: as_bytes(RIGHT) for name in names})
    done = run.grade_class([tmp_path / "ada"], jobs=1)
    assert [(s.student, s.points) for s in done.students] == [("ada", 1)]


def test_an_appendix_that_comes_along_is_left_out(tmp_path):
    appendix = as_bytes("x = 1")
    write(tmp_path / "ada", {"00_start_here.ipynb": as_bytes(RIGHT),
                             "a1_floating_point.ipynb": appendix})  # fmt: skip
    write(tmp_path / "bob", {"a1_floating_point (1).ipynb": appendix})
    done = run.grade_class([tmp_path / "ada"], jobs=1)
    assert [(s.student, s.points, s.remarks) for s in done.students] == [("ada", 1, ())]
    (alone,) = run.grade_class([tmp_path / "bob"], jobs=1).students
    assert any("none of the course's exercises" in remark for remark in alone.remarks)


def test_a_link_to_the_class_is_the_class(tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(RIGHT)})
    (tmp_path / "link").symlink_to(tmp_path / "class")
    assert points_of(tmp_path / "link") == {"ada": 1, "bob": 1}


@pytest.mark.parametrize(
    "text",
    ["ada\nbob\nEve Unseen\n",
     'Student,ID,SIS Login ID\n    Points Possible,,\n"Love, Ada",1,a\nBob,2,b\nEve Unseen,9,e\n',
     "Identifier,Full name\nParticipant 1,ada\nParticipant 2,Bob\nParticipant 9,Eve Unseen\n"],
)  # fmt: skip
def test_who_handed_in_nothing_has_a_row(course, tmp_path, text):
    (tmp_path / "class.txt").write_text("\ufeff" + text, encoding="utf-8")
    write(tmp_path / "class", {"loveada_1_9_00.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(ABS)})
    if "Student" not in text:
        write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT)})
    args = ("--roster", tmp_path / "class.txt", "--notebook", "00")
    done = course(tmp_path / "class", "-o", tmp_path / "out", *args)
    assert done.exit_code == 0, done.output
    missing = [
        r for r in rows(tmp_path / "out/moodle.csv") if "nothing was" in r["Feedback comments"]
    ]
    assert [r["Full name"] for r in missing] == ["Eve Unseen"]
    assert read_roster(tmp_path / "class.txt")
    assert not not_among([("Love, Ada", "")], ["loveada"])


def test_a_roster_that_is_none_is_one_sentence(course, tmp_path):
    write(tmp_path, {"class/a.ipynb": as_bytes(RIGHT), "roster": b"\xff\xfe"})
    done = course(tmp_path / "class", "--roster", tmp_path / "roster")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_lateness_is_a_column_of_its_own(course, tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(RIGHT),
                               "cid_LATE_5_6_00.ipynb": as_bytes(RIGHT)})  # fmt: skip
    at = time.mktime((2027, 1, 31, 18, 0, 0, 0, 0, -1))
    os.utime(tmp_path / "class/ada.ipynb", (at - 60, at - 60))
    os.utime(tmp_path / "class/bob.ipynb", (at + 90_000, at + 90_000))
    os.utime(tmp_path / "class/cid_LATE_5_6_00.ipynb", (at - 60, at - 60))
    args = ("--due", "2027-01-31T18:00", "--late", "10 % a day")
    course(tmp_path / "class", "-o", tmp_path / "out", *args)
    late = {r["student"]: (r["days_late"], r["points"], r["points_left"])
            for r in rows(tmp_path / "out/grades.csv")}  # fmt: skip
    assert late == {"ada": ("0", "1", "1"), "bob": ("2", "1", "0.8"), "cid_5": ("1", "1", "0.9")}


@pytest.mark.parametrize(
    ("args", "said"),
    [(["--due", "tomorrow"], "--due wants a date"),
     (["--due", "2027-01-31", "--late", "a lot"], "--late wants a rule"),
     (["--due", "2027-01-31", "--late", "500 % a day"], "--late wants a rule"),
     (["--late", "10 % a day"], "--late needs --due")],
)  # fmt: skip
def test_a_date_that_is_none_is_one_sentence(course, tmp_path, args, said):
    write(tmp_path, {"a.ipynb": as_bytes(RIGHT)})
    done = course(tmp_path, *args)
    assert done.exit_code != 0
    assert said in done.stderr


def test_comments_by_hand_appear_and_stay(course, tmp_path):
    write(tmp_path / "class", {"ada.ipynb": as_bytes(RIGHT), "bob.ipynb": as_bytes(ABS)})
    out = tmp_path / "out"
    course(tmp_path / "class", "-o", out)
    assert (out / "comments.csv").read_text() == "student,exercise,comment\n"
    more = 'ada,relu,"Short, and right."\nada,,<b>See me</b>\nzed,,who?\n'
    (out / "comments.csv").write_text("student,exercise,comment\n" + more)
    for _ in range(2):
        done = course(tmp_path / "class", "-o", out, "--resume")
        page = (out / "feedback/ada.html").read_text()
        assert "From your instructor: Short, and right." in page
        assert "From your instructor: &lt;b&gt;See me" in page
        assert "From your instructor" in (out / "feedback/ada.md").read_text()
        assert "'zed' is no student of this run" in done.output
    (out / "comments.csv").write_text("a,b\n1,2\n")
    done = course(tmp_path / "class", "-o", out, "--resume")
    assert done.exit_code == 1
    assert "has to begin with the line student,exercise,comment" in done.stderr


def test_of_copies_with_one_time_the_one_with_more_answers_counts(tmp_path):
    write(tmp_path / "class/ada", {
        "00_start_here.ipynb": edition("00"), "00_start_here (1).ipynb": edition("00", solved=True),
    })  # fmt: skip
    for path in (tmp_path / "class/ada").iterdir():
        os.utime(path, (1000, 1000))
    write(tmp_path / "class", {"bob/00.ipynb": as_bytes(RIGHT)})
    done = run.grade_class([tmp_path / "class"], jobs=1)
    assert {s.student: s.points for s in done.students} == {"ada": 1, "bob": 1}
    assert "has the same time and holds more answers" in done.students[0].remarks[0]


def test_a_full_disk_is_one_sentence(course, tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    write(tmp_path / "class", {"a.ipynb": as_bytes(RIGHT), "b.ipynb": as_bytes(RIGHT)})
    monkeypatch.setattr("course_utils.grading.command.write_whole", full)
    done = course(tmp_path / "class", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1
