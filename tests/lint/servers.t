#!/bin/sh
# What tests in Python start is gone at their end, and their HTTPS server stays.
. "$(dirname "$0")/../lib.sh"
cat >"$T/left.py" <<'X'
# a group whose leader has ended
import sys
sys.path.insert(0, sys.argv[1])
import smtpserver
smtpserver.start(["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $! >pid"]).wait()
print(open("pid").read(), end="")
smtpserver.done()
X
left=$(python3 -B "$T/left.py" "$top/tests/tools")
gone() { ! kill -0 "$left"; }
[ -n "$left" ] && wait_for 10 gone; ok "a child whose parent has ended" $? || kill "$left"

# written by halves
echo '{"a.test": ' >"$T/hosts"
bg python3 "$top/tests/tools/httpsserver.py" "$T/port" "$T/hosts" 2>"$T/err"
wait_for 10 test -s "$T/port"
cat >"$T/connect.py" <<'X'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
print("closed" if s.recv(1) == b"" else "not closed")
X
is "a file of hosts that is not whole" "$(python3 "$T/connect.py" "$(cat "$T/port")")" closed
rm "$T/hosts"
is "or not there" "$(python3 "$T/connect.py" "$(cat "$T/port")")" closed
kill -0 "$bg_pid"; ok "does not end the server" $?
is "without a word" "$(cat "$T/err")" ""
done_testing
