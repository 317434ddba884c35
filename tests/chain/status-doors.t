#!/bin/sh
# Separate users who do not reach each other: a socket that is gone or closed,
# a folder that has come to belong to somebody else.  Whoever has it open goes
# on for a while, and mail that is accepted waits: `status` says so at once.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_root
need_runit
chmod 755 "$T"
new_instance site --submission "127.0.0.1:$(free_port)" --users --auth --sign example.org || exit 1
start_instance; ok "up" $?
wait_for 25 rohrpost status "$I"; ok "all is well" $?
ask() { status "$1" 1 timeout 60 rohrpost status "$I"; }
said() { like "$1" "$(cat "$T/out")" "^  $2"; }
# one that all may enter, and several need
rm "$I/sock/inject.sock"
ask "the way into the queue is gone"
for s in smtp deliver local; do
	said "to $s" "$s: its socket $I/sock/inject.sock is gone, or nobody serves it: rohrpost restart $I"
done
ln -s inject/sock "$I/sock/inject.sock"
# the socket's folder, who connects to it, and as whom
doors='chain:deliver:rohrqueue send:chain:rohrroute local:chain:rohrroute command:local:rohrlocal sign:smtp:rohrsmtp tls:smtp:rohrsmtp auth:submission:rohrsmtp'
for x in $doors; do chown root:root "$I/sock/${x%%:*}"; done
ask "folders of sockets are closed"
for x in $doors; do
	s=${x#*:}
	said "sock/${x%%:*}" "${s%:*}: it may not connect to $I/sock/${x%%:*}/sock: Permission denied"
	chown "root:${x##*:}" "$I/sock/${x%%:*}"
	mv "$I/sock/${x%%:*}/sock" "$T/${x%%:*}"
done
ask "they are empty"
for x in $doors; do
	s=${x#*:}
	said "sock/${x%%:*}" "${s%:*}: its socket $I/sock/${x%%:*}/sock is gone, or nobody serves it: rohrpost restart $I"
	mv "$T/${x%%:*}" "$I/sock/${x%%:*}/sock"
done
strays='queue/done mail/you/new log/smtp drop/bad'
for d in $strays; do
	stat -c '%u:%g %a %n' "$I/$d" >>"$T/modes"
	chown root:root "$I/$d"; chmod 700 "$I/$d"
done
ask "folders are root's"
for d in $strays; do
	said "$d" "$I/$d: who has $I/${d%%/*} may not write there: Permission denied"
done
while read -r u m d; do chown "$u" "$d"; chmod "$m" "$d"; done <"$T/modes"
wait_for 20 rohrpost status "$I"; ok "all is well again" $?
chown root:root "$I/status"; chmod 500 "$I/commands"; mv "$I/queue/mess/05" "$T/05"
ask "and those of one service"
said "status" "$I/status: chain may not write there: Permission denied"
said "commands" "$I/commands: command may not write there: Permission denied"
said "a folder of messages" "$I/queue/mess: has 63 folders of 64: No such file or directory"
chown rohrroute:rohrroute "$I/status"; chmod 700 "$I/commands"; mv "$T/05" "$I/queue/mess/05"
mv "$I/commands" "$T/commands"
ask "commands is gone"
said "commands" "$I/commands: is missing: No such file or directory"
mv "$T/commands" "$I/commands"
wait_for 20 rohrpost status "$I"; ok "all is well at last" $?
stop_instance
done_testing
