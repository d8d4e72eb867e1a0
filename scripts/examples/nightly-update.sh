#!/usr/bin/env bash
# Takes a day's data into a risk model: waits for them, updates, tries again where that may help, and verifies.
#
#   nightly-update.sh [options] MODEL DATA
#
#   --ready FILE       the data are there when FILE is (default: when DATA has been there unchanged for --settle)
#   --settle SECONDS   how long DATA has to stay as it is (default: 60)
#   --wait SECONDS     how long to wait for the data (default: 10800)
#   --attempts N       how often to try an update (default: 5)
#   --back-off SECONDS before the second try; doubled after each (default: 30)
#   --logs DIR         where logs go (default: MODEL.logs); the last 60 are kept
#   --threads N        threads of riskengine
#
# DATA is what riskengine update --data takes: a file, or a folder.
#
# Where DATA have no new date the model stays as it is, which the script tells and takes for success.
#
# Only what may pass by itself is tried again: 75 (another process writes the model) and 74 (a read or write failed). Every
# other failure, bad data above all, ends the script at once, for a second try would fail likewise. The script exits with
# the code of riskengine, with 66 where the data have not come in time, with 75 where another run of this script works on
# the model, and with 130 where it is interrupted; the model is then the old one or the new one, never half of one.
#
# Each run has a log of one JSON object a line: the events of riskengine (--log-format json) and, with the verb
# nightly-update, those of this script. RISKENGINE names the program, else it is looked for on the PATH.
set -euo pipefail

program="${RISKENGINE:-riskengine}"
ready="" settle=60 wait_for=10800 attempts=5 back_off=30 logs="" threads=()
readonly kept_logs=60

usage() { sed -n '4,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
refuse() { echo "nightly-update: $*" >&2; usage >&2; exit 64; }
count() { [[ ${2:-} =~ ^[0-9]+$ ]] || refuse "$1 is '${2:-}'; expected a whole number"; }
while [[ ${1:-} == -* ]]; do
  case "$1" in
    --ready) ready="${2:-}"; [[ -n $ready ]] || refuse "--ready names no file"; shift 2 ;;
    --logs) logs="${2:-}"; [[ -n $logs ]] || refuse "--logs names no folder"; shift 2 ;;
    --settle) count "$@"; settle="$2"; shift 2 ;;
    --wait) count "$@"; wait_for="$2"; shift 2 ;;
    --attempts) count "$@"; attempts="$2"; [[ $attempts -gt 0 ]] || refuse "--attempts is 0; expected 1 or more"; shift 2 ;;
    --back-off) count "$@"; back_off="$2"; shift 2 ;;
    --threads) count "$@"; threads=(--threads "$2"); shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) refuse "unknown option '$1'" ;;
  esac
done
[[ $# -eq 2 ]] || refuse "expected a model and its new data"
model="${1%/}"
data="$2"
: "${logs:=$model.logs}"
command -v "$program" > /dev/null || { echo "nightly-update: no '$program' on the PATH (or in RISKENGINE)" >&2; exit 66; }
[[ -f $model/manifest.json ]] || { echo "nightly-update: $model: no model there (no manifest.json)" >&2; exit 66; }

mkdir -p "$logs"
log="$logs/$(date -u +%Y%m%dT%H%M%S.%3NZ)-$$.jsonl"

# tell LEVEL STAGE MESSAGE [COUNTS [MORE]]: an event of this script, in the log and, but for mere news, to who looks.
tell() {
  local message="${3//\\/\\\\}"
  message="${message//\"/\\\"}"
  message="${message//[$'\n\r\t']/ }"
  printf '{"counts":{%s},"level":"%s","message":"%s","stage":"%s","time":"%s","verb":"nightly-update"%s}\n' \
    "${4:-}" "$1" "$message" "$2" "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" "${5:-}" >> "$log"
  [[ $1 == info ]] || echo "nightly-update: $3" >&2
}
# leave CODE MESSAGE: the last event.
leave() {
  local level=error
  [[ $1 -ne 0 ]] || level=info
  tell "$level" end "$2" "" ",\"exit_code\":$1"
  [[ $1 -eq 0 ]] || echo "nightly-update: the log is $log" >&2
  exit "$1"
}

# A signal ends what is running, which leaves the old model or the new one; then this script ends.
child=""
stopped=no
stop() {
  stopped=yes
  [[ -z $child ]] || kill -TERM "$child" 2> /dev/null || true
}
trap stop INT TERM HUP

# run COMMAND...: in the background, so that a signal is heard at once; gives the command's status.
run() {
  local status=0
  if [[ $stopped == yes ]]; then leave 130 "interrupted"; fi
  "$@" 9>&- &
  child=$!
  # A signal that came before the child had a number.
  if [[ $stopped == yes ]]; then stop; fi
  # A signal ends `wait` before the child ends.
  while :; do
    status=0
    wait "$child" || status=$?
    kill -0 "$child" 2> /dev/null || break
  done
  child=""
  if [[ $stopped == yes ]]; then leave 130 "interrupted"; fi
  return "$status"
}
pause() { run sleep "$1" || true; }

# Beside the model, not in it: a model's folder holds what its manifest lists and nothing else.
exec 9> "$model.lock"
flock --nonblock 9 || leave 75 "another run of this script works on $model"

# The size and time of change of everything in DATA; nothing where it is not there.
state_of_data() { [[ ! -e $data ]] || find -L "$data" -printf '%p %s %T@\n' 2> /dev/null | LC_ALL=C sort; }

# What tells one state of the model from another.
generation() { cksum < "$model/manifest.json"; }

tell info wait "waiting for $data"
end=$((SECONDS + wait_for))
if [[ -n $ready ]]; then
  until [[ -e $ready && -e $data ]]; do
    [[ $SECONDS -lt $end ]] || leave 66 "$([[ -e $ready ]] && echo "$data" || echo "$ready") has not come within $wait_for s"
    pause 1
  done
else
  before="$(state_of_data)"
  since=$SECONDS
  until [[ -n $before && $((SECONDS - since)) -ge $settle ]]; do
    [[ $SECONDS -lt $end ]] || leave 66 "$data has not come and settled within $wait_for s"
    pause 1
    now="$(state_of_data)"
    if [[ $now != "$before" ]]; then before="$now" since=$SECONDS; fi
  done
fi

for ((attempt = 1; ; attempt++)); do
  tell info update "updating" "\"attempt\":$attempt"
  status=0
  generation_before="$(generation)"
  run "$program" update "$model" --data "$data" "${threads[@]}" --log-format json > /dev/null 2>> "$log" || status=$?
  [[ $status -ne 0 ]] || break
  case "$status" in 74 | 75) ;; *) leave "$status" "riskengine update failed with $status" ;; esac
  [[ $attempt -lt $attempts ]] || leave "$status" "riskengine update failed with $status, $attempts times"
  tell warning update "failed with $status; trying again in $back_off s" "\"attempt\":$attempt"
  pause "$back_off"
  back_off=$((2 * back_off))
done

status=0
run "$program" verify "$model" --log-format json > /dev/null 2>> "$log" || status=$?
[[ $status -eq 0 ]] || leave "$status" "the updated model is not sound: riskengine verify failed with $status"

# Names begin with the time, so that the oldest come first.
find "$logs" -maxdepth 1 -name '*.jsonl' | LC_ALL=C sort | head -n "-$kept_logs" | while read -r old; do rm -f "$old"; done
if [[ $(generation) == "$generation_before" ]]; then
  tell info update "nothing new in $data: $model had all its dates already"
  leave 0 "$model is as it was, and verified"
fi
leave 0 "$model is updated and verified"
