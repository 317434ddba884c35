#!/bin/sh
# a recipient that is held because a line of replies says so of the reply
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tools=$top/tests/tools
has() { [ "$(grep -c "ev:$2	" log)" -ge "$1" ]; }

queue-check -i q || exit 1
python3 "$tools/fillqueue.py" q 1 to=hold+sent@a.example >ids
bg queue-run q python3 "$tools/fakelink.py" jobs 2>log
ok "a result that says hold" "$(wait_for 20 has 1 deferred; echo $?)"
like "its event says it" "$(grep ev:deferred log)" "	hold:1	reply-rule:replies:3"
like "it is held" "$(queue-ctl q status)" "	held:1	"
f=$(find q/mess -type f)
like "its file says so" "$(cat "$f")" "^to H - 00001 "
queue-ctl q release all >/dev/null
queue-ctl q retry all >/dev/null
ok "released, it is tried again" "$(wait_for 20 has 1 sent; echo $?)"
queue-ctl q stop >/dev/null 2>&1
wait "$bg_pid"

done_testing
