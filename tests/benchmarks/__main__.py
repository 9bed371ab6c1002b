"""Time numpy_nn against torch on the CPU and print one table: `python tests/benchmarks --help`."""

import argparse
import json
import os
import sys
from pathlib import Path

# Without these, glibc gives memory back to the system after every call and asks for it again, page
# by page, and the table would compare page faults.
HEAP = {
    "MALLOC_TOP_PAD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
    "MALLOC_MMAP_THRESHOLD_": str(1 << 32),
}


def main():
    arguments = parse()
    sys.path.insert(0, str(Path(__file__).parent.parent))  # lenets.py
    from bench_cases import CASES
    from bench_measure import kernels, measure

    print(f"NumPy multiplies matrices with {kernels()}", file=sys.stderr)
    if arguments.growth:
        from growth import print_growth

        print_growth(seconds=arguments.seconds)
        return
    names = arguments.only or list(CASES)
    results = []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        case = CASES[name]()
        measured = {n: measure(case, n, arguments.seconds) for n in arguments.threads}
        results.append({"name": name, "op": case.op, "shape": case.shape, "level": case.level,
                        "level_2_threads": case.level_2_threads, "threads": measured})  # fmt: skip
    print(table(results, arguments.threads))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def parse():
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="cases to run, such as conv3")
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], metavar="N")
    parser.add_argument("--seconds", type=float, default=2.0, help="per case and thread count")
    parser.add_argument("--growth", action="store_true",
                        help="how time and memory grow with the size, for each layer")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def table(results, threads):
    """The figures as Markdown: times of torch and ours ÷ torch, forward + backward, float32."""
    head = ["op", "shape", "torch, ms", "to reach"]
    head += [f"÷ torch, {n} thread{'s' * (n > 1)}" for n in threads]
    head += ["also, ÷ torch on one thread"]
    lines = [head, ["---"] * len(head)]
    for result in results:
        measured = [result["threads"][n] for n in threads]
        level = f"{result['level']:g}"
        if result["level_2_threads"]:
            level += f" (2 threads: {result['level_2_threads']:g})"
        others = {n: r for n, r in measured[0]["ratio"].items() if n != "ours"}
        lines.append(
            [result["op"], result["shape"], f"{measured[0]['ms']['torch']:.1f}", level]
            + [f"{m['ratio']['ours']:.2f}" for m in measured]
            + [", ".join(f"{name} {ratio:.2f}" for name, ratio in others.items())]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in HEAP.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **HEAP})
    main()
