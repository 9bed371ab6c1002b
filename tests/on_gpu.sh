#!/usr/bin/env bash
# Everything that wants a GPU, in order of worth, within a time limit. Needs no network.
#
#   bash tests/on_gpu.sh OUT [SECONDS]
#
# OUT      folder for what comes out: records (JSON), a log of each step, summary.txt
# SECONDS  for everything together [540]; what is not reached says so
#
# From the environment: COURSE_DEVICE [cuda]; PYTHON [python3]; WHEELS, a folder of wheels for what
# this Python lacks; CIFAR, an archive with cifar10/train/CLASS/*.jpg and cifar10/test (without it
# the trainings are passed over); JOBS, notebooks at a time [8]; NOTEBOOKS, such as 00,09 [all];
# EPOCHS, IMAGES and WIDTH of the trainings, to try it out: EPOCHS=1 IMAGES=256 WIDTH=0.125.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

OUT=${1:?"a folder for what comes out"}
TOTAL=${2:-540}
PYTHON=${PYTHON:-python3}
JOBS=${JOBS:-8}
export COURSE_DEVICE=${COURSE_DEVICE:-cuda} PYTHONUNBUFFERED=1
work=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null; rm -rf "$work"' EXIT
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)
export COURSE_STATE=$work/state

say() { echo "[$SECONDS s] $*" | tee -a "$OUT/summary.txt"; }

# step NAME LIMIT COMMAND…: run it for LIMIT seconds at most, and never beyond the whole limit
step() {
  local name=$1 limit=$2 left=$((TOTAL - SECONDS)) status
  shift 2
  if ((left < 10)); then
    say "$name: not reached"
    return 1
  fi
  timeout --kill-after=10 "$((left < limit ? left : limit))" "$@" > "$OUT/$name.log" 2>&1
  status=$?
  case $status in
    0) say "$name: done" ;;
    124 | 137) say "$name: stopped, its time was up" ;;
    *) say "$name: status $status: $(tail -n 1 "$OUT/$name.log")" ;;
  esac
  return $status
}

course() { "$PYTHON" -m course_utils "$@"; }
small() { for pair in "--epochs:${EPOCHS:-}" "--images:${IMAGES:-}" "--width:${WIDTH:-}"; do
  [ -n "${pair#*:}" ] && printf '%s\n%s\n' "${pair%%:*}" "${pair#*:}"
done; }
mapfile -t SMALL < <(small)

if [ -n "${WHEELS:-}" ]; then
  "$PYTHON" -m pip install --quiet --no-index --no-deps --no-compile --target "$work/site" \
    "$WHEELS"/*.whl || exit 1
  export PYTHONPATH="$work/site${PYTHONPATH:+:$PYTHONPATH}" PATH="$work/site/bin:$PATH"
fi
export PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}"
"$PYTHON" - << 'END' | tee -a "$OUT/summary.txt" || exit 1
from course_utils.device import device, hardware, versions
print(hardware(device()), versions())
END

if [ -n "${CIFAR:-}" ]; then
  export COURSE_DATA=$work/data
  mkdir -p "$COURSE_DATA"
  tar -xzf "$CIFAR" -C "$COURSE_DATA" || exit 1
  say "pictures unpacked"
fi

# (a) every notebook, both editions, compared with what is stored
step validate 300 "$PYTHON" -m course_utils validate --jobs "$JOBS" --seconds 280 \
  ${NOTEBOOKS:+--notebooks "$NOTEBOOKS"} --record "$OUT/validation.json"

if [ -n "${CIFAR:-}" ]; then
  # (b) the shortest way to 94 %
  step speed 120 "$PYTHON" -m course_utils experiment speed --quiet "${SMALL[@]}" \
    --record "$OUT/speed.json"
  # (c) and (d): long series, so the trainings of one share the device with those of the other
  step degradation 200 "$PYTHON" -m course_utils experiment degradation --quiet "${SMALL[@]}" \
    --record "$OUT/degradation.json" &
  step scoreboard 200 "$PYTHON" -m course_utils experiment scoreboard --quiet "${SMALL[@]}" \
    --record "$OUT/scoreboard.json" &
  wait
fi

# (e) the same notebooks on the CPU of this machine, as a column beside the GPU's
COURSE_DEVICE=cpu step cpu 200 "$PYTHON" -m course_utils validate --jobs "$JOBS" --seconds 180 \
  --edition learners ${NOTEBOOKS:+--notebooks "$NOTEBOOKS"} --record "$OUT/validation.json"
say "the end"
