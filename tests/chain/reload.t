#!/bin/sh
# New tables are in force within a second, without a restart and without
# losing a connection; a wrong file changes nothing.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local example.org --user x --user y --user z || exit 1
start_instance; ok "instance is up" $?
# Those that stay: a child for one message or one look may be under way now.
pgrep -af "$I" | sort >"$T/first"
sleep 1
pgrep -af "$I" | sort | comm -12 "$T/first" - >"$T/before"
cat >"$T/talk.py" <<'X'
import socket, subprocess, sys, time
port, conf = int(sys.argv[1]), sys.argv[2]
s = socket.create_connection(("127.0.0.1", port)); f = s.makefile("rb")
def say(line):
    s.sendall(line.encode() + b"\r\n")
    while True:
        l = f.readline().decode()
        if l[3:4] != "-":
            return l[:3]
f.readline(); say("EHLO x"); print("mail", say("MAIL FROM:<a@b.test>"))
first = (s, f)
open(conf + "/relay", "w").write(":allow\n")
assert subprocess.run(["conf-build", conf]).returncode == 0
time.sleep(1)
s = socket.create_connection(("127.0.0.1", port)); f = s.makefile("rb")
f.readline(); say("EHLO x"); say("MAIL FROM:<a@b.test>")
print("relay", say("RCPT TO:<x@new.test>"))
open(conf + "/local", "a").write("new.test\n")
assert subprocess.run(["conf-build", conf]).returncode == 0
time.sleep(1)
print("local", say("RCPT TO:<x@new.test>"))
open(conf + "/local", "a").write("not a domain\n")
print("wrong", subprocess.run(["conf-build", conf], stderr=subprocess.PIPE).returncode)
print("still", say("RCPT TO:<y@new.test>"))
s, f = first
print("first", say("RCPT TO:<y@new.test>"))
print("data", say("DATA"))
print("end", say("Subject: x\r\n\r\nx\r\n."))
X
out=$(python3 "$T/talk.py" "$port" "$I/conf" 2>"$T/talk.err")
is "the tables change under one connection" "$(echo "$out" | tr '\n' ' ')" "mail 250 relay 550 local 250 wrong 100 still 250 first 250 data 354 end 250 "
at_y() { at_least 1 "$I/mail/y"; }
wait_for 10 at_y; ok "route knows the new local domain" $?
echo 'x@new.test: z@example.org' >>"$I/conf/aliases"
sed -i '/not a domain/d' "$I/conf/local"
printf '127.0.0.1:allow,RELAYCLIENT=""\n:allow\n' >"$I/conf/relay"
conf-build "$I/conf"; ok "conf-build" $?
sleep 1
printf 'Subject: y\n\ny\n' | ROHRPOST_DIR=$I sendmail -f a@b.test x@new.test; ok "mail to the alias" $?
at_z() { at_least 1 "$I/mail/z"; }
wait_for 10 at_z; ok "the alias is in force" $?
gone=
while read -r p what; do
	kill -0 "$p" 2>/dev/null || gone="$gone $p $what,"
done <"$T/before"
ok "there were processes to be restarted" $(($(wc -l <"$T/before") < 10))
is "nothing was restarted" "$gone" ""
stop_instance
done_testing
