#!/bin/sh
# Results that come together stand in one segment of the journal, and what one
# of them adds to the next segment does not let the first one go.
. "$(dirname "$0")/../lib.sh"
# where a sync takes no time
dir=$T
[ ! -w /dev/shm ] || dir=$(mktemp -d /dev/shm/rohrpost.XXXXXX) || exit 1
trap 'rm -rf "$dir"; tap_end' EXIT
cd "$dir" || exit 1
stop() { kill "$run_pid"; wait "$run_pid"; }
queue-check -i q
python3 "$top/tests/tools/fillqueue.py" q 1 to=h@h.example >hidden
python3 "$top/tests/tools/fillqueue.py" q 1 to=u%d@a.example rcpts=4 >many
python3 "$top/tests/tools/fillqueue.py" q 3 to=o@o.example >others
hidden=$(cat hidden) many=$(cat many)
hidden_file=q/mess/$(expr "$hidden" : '.*\(..\)$')/$hidden

# Eight jobs are answered at once: the first fails, and its file cannot be
# written to, three of the second message are sent, and one is to be tried again;
# those of three messages more are sent, so that their files go.
cat >first.py <<'P'
import os, subprocess, sys, time
hidden, many, path = sys.argv[1:]
jobs = []
while len(jobs) < 8:
    line = sys.stdin.readline()
    if line.strip():
        jobs.append(dict(f.split(":", 1) for f in line.rstrip("\n").split("\t")))
jobs.sort(key=lambda f: (f["id"] != hidden, f["id"] != many, f["n"]))
while b"scanning:0" not in subprocess.run(["queue-ctl", "q", "status"], capture_output=True).stdout:
    time.sleep(0.02)
os.rename(path, "away")
os.symlink("nowhere/else", path)
text = ""
for f, status in zip(jobs, ["bounced"] + 3 * ["sent"] + ["deferred"] + 3 * ["sent"]):
    text += "id:%s\tn:%s\ttry:%s\tstatus:%s" % (f["id"], f["n"], f["try"], status)
    text += "\tnext:%d\n" % (time.time() + 3600) if status == "deferred" else "\n"
os.write(1, text.encode())
open("answered", "w")
sys.stdin.read()
P
cat >second.py <<'P'
import sys
with open("again", "w") as f:
    for line in sys.stdin:
        f.write(line)
        f.flush()
P
# three lines fill a segment; reports are made by nobody
bg queue-run -r 600 -s 0 -j 64 -b 'cat >/dev/null' q python3 first.py "$hidden" "$many" "$hidden_file" 2>log
run_pid=$bg_pid
events() { [ "$(grep -cE 'ev:(sent|bounced|deferred)' log)" = 8 ]; }
wait_for 10 events; ok "eight results are taken" $?
# what nobody needs goes meanwhile: those files, and then a segment
gone() { [ "$(find q/mess -mindepth 2 | wc -l)" = 2 ]; }
wait_for 15 gone; ok "the files of those that are done are removed" $?
sleep 1
stop
grep -qh "^$many [012] S" q/done/* 2>/dev/null ||
	[ "$(grep -ac '^to S' "q/mess/$(expr "$many" : '.*\(..\)$')/$many")" = 3 ]
ok "what was sent stands in the journal, or in its file" $?

: >log
bg queue-run -r 600 -s 0 -j 64 -b 'cat >/dev/null' q python3 second.py 2>log
run_pid=$bg_pid
scanned() { queue-ctl q status | grep -q scanning:0; }
wait_for 10 scanned; ok "the next one has looked at everything" $?
sleep 0.5
stop
is "and gives nothing out again that was sent" "$(cat again 2>/dev/null)" ""
done_testing
