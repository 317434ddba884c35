#!/bin/sh
# Random lives of a queue against a model, see journal.py.  JOURNAL_LIVES: how
# many, JOURNAL_SEED: from which on.
. "$(dirname "$0")/../lib.sh"
# the disk is nothing to it, and syncs cost time
dir=$T
[ ! -w /dev/shm ] || dir=$(mktemp -d /dev/shm/rohrpost.XXXXXX) || exit 1
trap 'rm -rf "$dir"; tap_end' EXIT
# two at a time: they mostly wait
half=$((${JOURNAL_LIVES:-100} / 2)) seed=${JOURNAL_SEED:-1}
lives() { bg python3 "$top/tests/crash/journal.py" "$dir/$1" $half "$1" >"$T/out.$1"; }
lives "$seed" && first=$bg_pid
lives $((seed + half)) && second=$bg_pid
wait "$first"; ok "$half random lives of a queue from seed $seed on" $?
wait "$second"; ok "and $half from seed $((seed + half)) on" $?
cat "$T"/out.* | sed 's/^[^#]/# &/'
done_testing
