#!/bin/sh
# The disk of an instance fills up: SMTP says 452 or 451 4.3.1, what is
# queued is delivered all the same, and when there is space again mail is
# accepted again; nothing accepted is lost.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
mkdir "$T/disk"
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=160m none "$T/disk" 2>"$T/err"; then
	skip "needs root and a tmpfs to fill"
	done_testing
	exit 0
fi
down() { [ -z "${up-}" ] || stop_instance; umount -l "$T/disk"; tap_end; }
trap down EXIT
sport=$(free_port)
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" --port "$sport" "$T/mx"
wait_for 5 smtp-ping "127.0.0.1:$sport"
new_instance disk/site --relay "127.0.0.1:$sport" || exit 1
printf 'intervals=1s,2s\n' >"$I/conf/retry"
conf-build "$I/conf" || exit 1
start_instance; ok "instance is up" $?
# send NAME: one message, the last reply in ./reply
send() {
	python3 - "$port" "$1" <<'X' >"$T/reply"
import smtplib, sys
try:
    s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=10)
    s.sendmail("a@from.test", ["u@relay.test"], "Subject: %s\n\nx\n" % sys.argv[2])
    print("250")
except smtplib.SMTPResponseException as e:
    print(e.smtp_code, e.smtp_error.decode())
except smtplib.SMTPRecipientsRefused as e:
    for code, text in e.recipients.values():
        print(code, text.decode())
except OSError as e:
    print("broken", e)
X
	grep -q "^250" "$T/reply"
}
there() { grep -lq "Subject: $1" "$T"/mx/msg.*; }
send one; ok "accepted" $?
wait_for 10 there one; ok "delivered" $?

# what waits when the disk is full is delivered
touch "$I/queue/held"; queue-ctl "$I/queue" hold all >/dev/null
send two; ok "accepted and held" $?
# fill: until not a block is left
fill() { dd if=/dev/zero bs=1M 2>/dev/null >>"$T/disk/filler"; }
avail() { df --output=avail "$T/disk" | tail -1 | tr -d ' '; }
# refused: one message on a full disk.  What was removed meanwhile (a log,
# a finished message) makes room for it: then it is accepted, and is owed.
tries=0 owed=
refused() {
	fill
	tries=$((tries + 1))
	! send "three.$tries." || { owed="$owed three.$tries."; return 1; }
}
# what is removed just now gives a block back
filled() { fill; [ "$(avail)" = 0 ]; }
wait_for 10 filled; ok "the disk is full" $?
wait_for 10 refused; ok "full: not accepted" $?
like "full: 45x 4.3.1" "$(cat "$T/reply")" '^45[12] 4\.3\.1 '
queue-ctl "$I/queue" release all >/dev/null
wait_for 10 queue_empty
there two; ok "full: what is queued is delivered" $?
status "full: ping" 111 rohrpost ping "$I"
like "full: says that it is" "$(cat "$T/err")" "the chain said: 4.3.1 queue file system is full"
status "full: status" 1 rohrpost status "$I"
like "full: says so, and what to do" "$(cat "$T/out")" "^    make room, or inodes: df"

rm "$T/disk/filler"
again() { send four; }
wait_for 10 again; ok "space again: accepted" $?
wait_for 15 there four; ok "and delivered" $?
wait_for 10 rohrpost ping "$I"; ok "ping is 0 again" $?
wait_for 10 queue_empty; ok "the queue empties" $?
is "the one that waited came once" "$(grep -l 'Subject: two' "$T"/mx/msg.* | wc -l)" 1
! there "three.$tries."; ok "what was not accepted did not come" $?
all_owed() { for m in $owed; do there "$m" || return 1; done; }
all_owed; ok "what found room came" $?
out=$(audit); got=$?
# a log on the same full disk may miss lines
[ $got = 0 ] || printf '%s\n' "$out" | sed 's/^/# /' | head -5
ok "log-audit" $got
status "queue-check" 0 queue-check "$I/queue"
done_testing
