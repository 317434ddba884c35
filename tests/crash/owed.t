#!/bin/sh
# A report that one run owes is owed by those after it, whatever they can do:
# of three recipients one is delivered to, with a report wanted, one fails, and
# queue-run dies before it has reported; the next makes no reports, and cannot
# read the message when it takes in what the last link has written down.  The
# one after that reports both, each once.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q
id=$(python3 "$top/tests/tools/fillqueue.py" q 1 to=u%d@a.example rcpts=3)
file=q/mess/$(expr "$id" : '.*\(..\)$')/$id

# the last link: the first two are done with, and that is written down, too
cat >first.py <<'P'
import os, sys
n = 0
for line in sys.stdin:
    if not line.strip():
        continue
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    end = {"0": "sent\tdsn:delivered", "1": "bounced\tesc:5.1.1"}.get(f["n"])
    if end is None:
        continue
    end = ("id:%s\tn:%s\ttry:%s\tstatus:%s\n" % (f["id"], f["n"], f["try"], end)).encode()
    os.write(int(os.environ["QUEUE_RESULTS"]), end)
    os.write(1, end)
P
cat >next.py <<'P'
import sys
for line in sys.stdin:
    print(line, end="", file=sys.stderr)
P
begin() { # OPTIONS and the chain
	bg queue-run -r 600 -s 0 "$@" 2>>log
	run_pid=$bg_pid
}
scanned() { queue-ctl q status 2>/dev/null | grep -q scanning:0; }

begin -b 'sed -n d' q python3 first.py
ended() { [ "$(grep -cE 'ev:(sent|bounced)' log)" = 2 ]; }
wait_for 10 ended; ok "one is delivered to, one fails" $?
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null

# somebody has put a folder in the place of the message
mv "$file" away && mkdir "$file"
begin q python3 next.py
wait_for 20 scanned; ok "a run that makes no reports looks at what was written down" $?
kill "$run_pid"; wait "$run_pid"
rmdir "$file" && mv away "$file"

begin -b 'tee -a reports | sed -u "s/file:.*kind:/kind:/; s/\tn:.*/\tstatus:queued/"' q python3 next.py
both() { [ "$(grep -c "^id:$id	" reports 2>/dev/null)" -ge 2 ]; }
wait_for 20 both; ok "the next one reports" $?
kill "$run_pid"; wait "$run_pid"
is "the delivery and the failure, once" "$(grep -oE 'kind:[a-z]*	n:[0-9,]*' reports | sort)" \
	"$(printf 'kind:delivered\tn:0\nkind:failed\tn:1')"
is "and nobody gets the message again" "$(grep -cE "^id:$id	n:[01]	" log)" 0
done_testing
