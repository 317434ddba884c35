#!/bin/sh
# Refusals push out refusals only: whatever a client has refused, what became
# of accepted mail stays in the log, and log-audit finds all of it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local example.org || exit 1
# small logs: the files of refusals are full at once
for s in smtp deliver inject; do sed -i 's/^s.*/s20000/; s/^n.*/n3/' "$I/log/$s/config"; done
start_instance; ok "instance is up" $?

# mail N: so many messages, to somebody, to nobody here, and to a forward
mail() {
	python3 - "$port" "$1" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20)
for n in range(int(sys.argv[2])):
    s.sendmail("you@example.org", ["you@example.org"], "Subject: %d\n\nx\n" % n)
X
}
# flood: refusals of many kinds from many addresses
flood() {
	python3 - "$port" <<'X'
import socket, sys
for a in range(1, 41):
    s = socket.socket()
    s.settimeout(10)
    s.bind(("127.77.0.%d" % a, 0))
    try:
        s.connect(("127.0.0.1", int(sys.argv[1])))
        s.recv(1000)
        s.sendall(b"EHLO x\r\nMAIL FROM:<%s@x.test>\r\n" % (b"y" * 50))
        for n in range(30):
            s.sendall(b"RCPT TO:<nobody%d-%s@else.test>\r\n" % (n, b"z" * 200))
            if not s.recv(4000):
                break
    except OSError:
        pass
    s.close()
X
}
mail 20; ok "twenty messages" $?
wait_for 15 at_least 20 "$I/mail/you"; ok "are there" $?
flood
mail 1
wait_for 15 at_least 21 "$I/mail/you"
wait_for 15 queue_empty
stop_instance
# and whatever else may be refused: the log's own part of it, in full
python3 - <<'X' >"$T/refused"
for n in range(20000):
    print("ts:2026-01-01T00:00:00.000000Z\tev:rejected\tprog:smtp-recv\tclient:192.0.2.%d\tcode:550\ttext:%s" % (n % 250, "\tev:sent".replace("\t", "\\t") * 20))
    print("smtp-recv: warning: ts:x ev:sent %d" % n)
X
log_run() { wait_for 5 free && sh "$I/service/$1/log/run" <"$2"; }
free() { ! pgrep -f "svlogd .*$I/log/"; }
log_run smtp "$T/refused"; ok "the log takes a flood" $?
is "refusals fill their own files" "$(ls "$I/log/smtp" | grep -c '^@')" 3
is "and no final one" "$(cat "$I"/log/*-final/current | grep -c 'ev:rejected\|warning')" 0
is "the first acceptance is there" "$(cat "$I"/log/*/[@c][4u]* | grep -c 'ev:accepted')" 21
is "and every end" "$(cat "$I"/log/*/[@c][4u]* | grep -c 'ev:sent	')" 21
is "no final event in the other log" "$(cat "$I"/log/smtp/[@c][4u]* "$I"/log/deliver/[@c][4u]* | grep -c '	ev:\(accepted\|sent\|started\|stopped\)	')" 0
status "log-audit" 0 log-audit "$I/queue" "$I"/log/*/
like "knows all" "$(cat "$T/out")" 'accepted:21	.*sent:21	.*unannounced:0	'
status "the final logs are enough for it" 0 log-audit "$I/queue" "$I"/log/*-final/
like "and say the same" "$(cat "$T/out")" 'accepted:21	.*sent:21	.*unannounced:0	'
is "nobody else reads the log" "$(stat -c %a "$I/log")" 750
# but for acts, which no logger has
grep -hEv '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{14} |	ev:act	' "$I"/log/*/[@c][4u]* >"$T/untimed"
is "every line has its time" "$(cat "$T/untimed")" ""
done_testing
