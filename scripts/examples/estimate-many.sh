#!/usr/bin/env bash
# Estimates the risk models of many configurations, several at a time.
#
#   estimate-many.sh [--jobs N] [--threads N] [--again] OUT CONFIG...
#
#   --jobs N     models at a time (default: half of the processors)
#   --threads N  threads of each (default: the processors divided by the jobs)
#   --again      estimates finished models as well
#
# OUT/models/NAME is the model of NAME.yaml, OUT/logs/NAME.log what its run said (one JSON object a line) and
# OUT/logs/NAME.json its summary. A model that is there and was made of the same bytes of configuration is finished and is
# not estimated again; so a run that was stopped goes on where it was. Whether the data have changed is not looked at:
# --again is for that, and riskengine update for data that have grown.
#
# Models that fail stop no other. They are listed in OUT/failures.tsv and at the end (name, exit code, what was wrong), and
# the script exits with 1. It exits with 64 for wrong arguments, with 75 where another run works in OUT, and with 130 where
# it is interrupted. RISKENGINE names the program, else it is looked for on the PATH.
set -euo pipefail

program="${RISKENGINE:-riskengine}"

# One model: run by xargs below. What comes of it goes to OUT/state, never to the exit code, so that all have their turn.
if [[ ${1:-} == --one ]]; then
  out="$2" threads="$3" config="$4"
  name="$(basename "${config%.*}")"
  status=0
  "$program" estimate --config "$config" --out "$out/models/$name" --threads "$threads" --json --log-format json \
    > "$out/logs/$name.json" 2> "$out/logs/$name.log" || status=$?
  echo "$status" > "$out/state/$name"
  echo "$name: $([[ $status -eq 0 ]] && echo estimated || echo "failed with $status")"
  exit 0
fi

processors="$(nproc)"
jobs=$(((processors + 1) / 2))
threads=""
again=no
usage() { sed -n '4,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
refuse() { echo "estimate-many: $*" >&2; usage >&2; exit 64; }
count() { [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || refuse "$1 is '${2:-}'; expected a whole number from 1"; }
while [[ ${1:-} == -* ]]; do
  case "$1" in
    --jobs) count "$@"; jobs="$2"; shift 2 ;;
    --threads) count "$@"; threads="$2"; shift 2 ;;
    --again) again=yes; shift ;;
    -h | --help) usage; exit 0 ;;
    *) refuse "unknown option '$1'" ;;
  esac
done
[[ $# -ge 2 ]] || refuse "expected a folder and at least one configuration"
out="$1"
shift
: "${threads:=$((processors > jobs ? processors / jobs : 1))}"
command -v "$program" > /dev/null || { echo "estimate-many: no '$program' on the PATH (or in RISKENGINE)" >&2; exit 66; }

declare -A configurations=()
for config in "$@"; do
  name="$(basename "${config%.*}")"
  [[ -r $config ]] || { echo "estimate-many: $config: no such configuration" >&2; exit 66; }
  [[ -z ${configurations[$name]:-} ]] || refuse "$config and ${configurations[$name]} would both be the model '$name'"
  configurations[$name]="$config"
done

mkdir -p "$out/models" "$out/logs"
exec 9> "$out/lock"
flock --nonblock 9 || { echo "estimate-many: another run works in $out" >&2; exit 75; }
rm -rf "$out/state" "$out/failures.tsv"
mkdir "$out/state"

# What is there already, by its own copy of the configuration.
due=()
for config in "$@"; do
  name="$(basename "${config%.*}")"
  if [[ $again == no && -f $out/models/$name/manifest.json ]] && cmp -s "$config" "$out/models/$name/config.yaml"; then
    echo "$name: finished before"
  else
    due+=("$config")
  fi
done
[[ ${#due[@]} -gt 0 ]] || exit 0

# In a process group of its own, so that a signal to this script reaches every run, and each removes what it has begun.
# The runs do not hold the lock: a run that is orphaned must not keep the next from starting.
set -m
printf '%s\0' "${due[@]}" > "$out/due"
xargs -0 -a "$out/due" -n 1 -P "$jobs" -- "${BASH_SOURCE[0]}" --one "$out" "$threads" 9>&- &
workers=$!
set +m
interrupted=no
trap 'interrupted=yes; kill -TERM -- "-$workers" 2> /dev/null || true' INT TERM HUP
while kill -0 "$workers" 2> /dev/null; do wait "$workers" || true; done
# The runs themselves end a moment after xargs, which does not wait for them when it is told to stop.
while kill -0 -- "-$workers" 2> /dev/null; do sleep 0.05; done
if [[ $interrupted == yes ]]; then
  echo "estimate-many: interrupted; finished models stay, and the same command goes on" >&2
  exit 130
fi

failed=0
for config in "${due[@]}"; do
  name="$(basename "${config%.*}")"
  status="$(cat "$out/state/$name" 2> /dev/null || echo none)"
  [[ $status != 0 ]] || continue
  failed=$((failed + 1))
  # The last event says what was wrong, in JSON, whose quotes are all that has to be taken back for people.
  message="$(tail -n 1 "$out/logs/$name.log" 2> /dev/null | sed -n 's/.*"message":"\(\([^"\\]\|\\.\)*\)".*/\1/p' | sed 's/\\\(["\\]\)/\1/g')"
  printf '%s\t%s\t%s\n' "$name" "$status" "${message:-see $out/logs/$name.log}" >> "$out/failures.tsv"
done
rm -rf "$out/state" "$out/due"
if [[ $failed -gt 0 ]]; then
  echo "estimate-many: $failed of ${#due[@]} failed:" >&2
  cat "$out/failures.tsv" >&2
  exit 1
fi
