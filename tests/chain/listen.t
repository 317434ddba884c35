#!/bin/sh
# Sockets that stay open while who serves them is started anew: under load
# nobody is refused, whatever becomes of smtp-recv, and nothing accepted is
# lost.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
# load.py PORT STOP: sessions, one behind the other, until the file STOP is
# there; prints how many connections were refused, how many had neither 220 nor
# 421, and how many messages were taken
cat >"$T/load.py" <<'X'
import os, smtplib, socket, sys
refused = silent = taken = 0
while not os.path.exists(sys.argv[2]):
    try:
        s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
    except OSError:
        refused += 1
        continue
    f = s.makefile("rb")
    try:
        silent += f.readline()[:3] not in (b"220", b"421")
        said = b""
        for t in (b"HELO x", b"MAIL FROM:<a@example.org>", b"RCPT TO:<ann@example.org>",
                  b"DATA", b"Subject: x\r\n\r\nx\r\n.", b"QUIT"):
            s.sendall(t + b"\r\n")
            said = f.readline()
            if said[:1] not in (b"2", b"3"):
                break
            taken += t[:7] == b"Subject"
    except OSError:
        silent += 1
    s.close()
print(refused, silent, taken)
X
new_instance site --local example.org --user ann || exit 1
start_instance; ok "up" $?
load() {
	rm -f "$T/stop"
	for i in 1 2 3; do
		python3 "$T/load.py" "$port" "$T/stop" >"$T/load.$i" & eval "load$i=\$!"
	done
}
sum() { awk -v k="$1" '{ n += $k } END { print n }' "$T"/load.?; }
unload() {
	: >"$T/stop"
	wait "$load1" "$load2" "$load3"
	accepted=$((${accepted:-0} + $(sum 3)))
}
at_work() { [ "$(count_mail "$I/mail/ann")" -gt "$1" ]; }
busy() { wait_for 20 at_work $(($(count_mail "$I/mail/ann") + 20)); }

load
busy; ok "mail comes" $?
for i in 1 2 3; do rohrpost restart "$I" smtp || break; done
ok "three new smtp-recv" $?
rohrpost restart "$I"; ok "everything anew" $?
busy; ok "mail goes on" $?
unload
is "connections refused" "$(sum 1)" 0
is "connections without 220 or 421" "$(sum 2)" 0

load
busy
was=$(sv status "$I/service/smtp" | sed 's/.*(pid \([0-9]*\)).*/\1/;1q')
kill -9 "$was"
busy; ok "killed, and mail goes on" $?
unload
is "connections refused" "$(sum 1)" 0

# who holds them ends: they are served on, and status says what to do
pid_of() { sv status "$I/service/$1" | sed -n '1s/^run: [^(]*(pid \([0-9]*\)).*/\1/p'; }
kill -9 "$(pid_of listen)"
dies() { rohrpost status "$I" | grep -q "^  listen: dies.*Address already in use"; }
wait_for 20 dies; ok "who holds them is killed: status says so" $?
like "and what helps" "$(rohrpost status "$I")" "rohrpost restart $I listen"
rohrpost ping "$I"; ok "mail comes in" $?
rohrpost restart "$I" listen; ok "repaired" $?
sane() { rohrpost status "$I" | grep -qx "nothing is wrong"; }
wait_for 20 sane; ok "nothing is wrong" $?

other=$(free_port)
sed -i "s/127.0.0.1:$port/127.0.0.1:$other/" "$I/service/listen/run" "$I/service/smtp/run"
rohrpost restart "$I" listen; ok "another address" $?
smtp-ping "127.0.0.1:$other" >/dev/null; ok "is served" $?
smtp-ping "127.0.0.1:$port" >/dev/null 2>&1; is "and no longer the first" $? 111

# an address that is not free ends them all, but not for good
bg python3 -c '
import socket, time
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
time.sleep(600)' >"$T/taken"
wait_for 10 test -s "$T/taken"
taken=$(cat "$T/taken")
sed -i "s/127.0.0.1:$other/127.0.0.1:$taken/" "$I/service/listen/run" "$I/service/smtp/run"
status "an address that another program has" 111 rohrpost restart "$I" listen
like "is said" "$(cat "$T/err")" "^rohrpost: fatal: "
kill "$bg_pid"
wait "$bg_pid" 2>/dev/null
wait_for 20 rohrpost ping "$I"; ok "is served as soon as it is free" $?

all_there() { [ "$(count_mail "$I/mail/ann")" -ge "$accepted" ]; }
wait_for 30 all_there; ok "$accepted messages accepted, all of them are there" $?
wait_for 20 queue_empty; ok "the queue is empty" $?
audit >"$T/audit"; ok "log-audit" $?
stop_instance
done_testing
