#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
printf 'id:1\tn:0\n' >job
# talk ADDRESS: sends standard input, prints what comes
cat >talk.py <<'X'
import socket, sys
a = sys.argv[1]
if a.startswith("unix:"):
    s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(a[5:])
else:
    h, p = a.rsplit(":", 1)
    s = socket.create_connection((h.strip("[]"), int(p)), 10)
try: s.sendall(sys.stdin.buffer.read()); s.shutdown(socket.SHUT_WR)
except OSError: pass
while True:
    b = s.recv(65536)
    if not b: break
    sys.stdout.buffer.write(b)
X
talk() { timeout 10 python3 talk.py "$@"; }

bg sock-serve unix:sock answer by:a
serve=$bg_pid
wait_for 5 test -S sock; ok "a socket" $?
is "for the owner alone" "$(stat -c %a sock)" 600
is "answers" "$(talk unix:sock <job)" "$(printf 'id:1\tn:0\tby:a')"
is "as a next link" "$(tap copy unix:sock <job)" "$(printf 'id:1\tn:0\tby:a')"
status "somebody serves it already" 111 sock-serve unix:sock answer by:b
like "says so" "$(cat err)" 'sock-serve: fatal: unable to listen on unix:sock: Address already in use'
is "still answers" "$(talk unix:sock <job | wc -l)" 1
kill "$serve"; wait "$serve"
is "TERM: done" $? 0
[ ! -e sock ]; ok "the socket is removed" $?

# a stale socket
bg sock-serve -m 660 unix:sock answer by:a
wait_for 5 test -S sock
is "mode" "$(stat -c %a sock)" 660
kill -9 "$bg_pid"; wait "$bg_pid" 2>/dev/null
[ -S sock ]; ok "killed: the socket is left" $?
bg sock-serve unix:sock answer by:b
wait_for 5 sh -c "python3 talk.py unix:sock <job"; ok "a stale socket is replaced" $?
kill "$bg_pid"; wait "$bg_pid"
echo precious >file
status "a file is not replaced" 111 sock-serve unix:file answer a:b
is "it is there" "$(cat file)" precious

# TERM: who is served reads the end of his input and is waited for
mkfifo in
bg sock-serve unix:sock sh -c 'cat; sleep 0.2; echo last'
serve=$bg_pid
wait_for 5 test -S sock
timeout 10 tap copy2 unix:sock <in >out 2>err &
tap=$!
exec 7>in
echo id:1 >&7
wait_for 5 test -s out; ok "is served" $?
kill "$serve"
wait "$serve"
is "TERM while it serves: done" $? 0
wait "$tap"
is "the upper side's link ended early" "$?" 111
is "answers came to the end" "$(cat out)" "id:1
last"
exec 7>&-

# -r: the descriptor that comes with the first byte
cat >pass.py <<'X'
import array, os, socket, sys
fd = os.open("record", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
s = socket.socket(socket.AF_UNIX); s.settimeout(10)
s.connect("rsock")
with_fd = sys.argv[1] == "with"
s.sendmsg([b"id:1\n"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
    array.array("i", [fd]))] if with_fd else [])
s.shutdown(socket.SHUT_WR)
out = b""
while True:
    d = s.recv(4096)
    if not d: break
    out += d
sys.stdout.buffer.write(out)
X
bg sock-serve -r unix:rsock sh -c '[ -z "${QUEUE_RESULTS-}" ] || eval "echo recorded >&$QUEUE_RESULTS"; exec cat'
wait_for 5 test -S rsock
is "-r: a peer that knows of no descriptor" "$(python3 pass.py without)" id:1
is "nothing is recorded" "$(cat record)" ""
is "-r: the first byte is still there" "$(python3 pass.py with)" id:1
is "-r: the descriptor is handed on" "$(cat record)" recorded
# one that says nothing, while another is served
serve=$bg_pid
bg python3 -c 'import socket, time; s = socket.socket(socket.AF_UNIX); s.connect("rsock"); time.sleep(60)'
idle=$bg_pid
wait_for 5 pgrep -P "$serve"; ok "-r: one is silent" $?
is "-r: others are served" "$(python3 pass.py without)" id:1
kill -9 "$serve"; wait "$serve" 2>/dev/null
bg sock-serve -r unix:rsock cat
wait_for 5 sh -c '[ "$(python3 pass.py without)" = id:1 ]'; ok "-r: killed while one is silent, it is replaced" $?
kill "$idle" "$bg_pid"; wait "$idle" "$bg_pid"
bg sock-serve unix:nsock sh -c '[ -z "${QUEUE_RESULTS-}" ] || eval "echo recorded >&$QUEUE_RESULTS"; exec cat'
wait_for 5 test -S nsock
sed -i s/rsock/nsock/ pass.py
is "without -r it goes on working" "$(python3 pass.py with)" id:1
is "and is not handed on" "$(cat record)" recorded
kill "$bg_pid"; wait "$bg_pid"

# at most N at once
port=$(free_port)
bg sock-serve -c 1 "127.0.0.1:$port" sh -c 'echo "$PROTO $TCPLOCALIP $TCPLOCALPORT $TCPREMOTEIP" >&2; echo here; exec cat' 2>env
serve=$bg_pid
cat >two.py <<'X'
import socket, sys
def dial():
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10); s.settimeout(10)
    return s
a = dial(); print(a.recv(5))
b = dial(); b.settimeout(0.3)
try: print(b.recv(5))
except socket.timeout: print("waits")
a.close(); b.settimeout(10); print(b.recv(5))
X
wait_for 5 sh -c "python3 talk.py 127.0.0.1:$port </dev/null"
is "one at once" "$(timeout 20 python3 two.py "$port" | tr -d '\n')" "b'here\\n'waitsb'here\\n'"
is "environment" "$(tail -1 env)" "TCP 127.0.0.1 $port 127.0.0.1"
# a client that is gone before it is accepted
: >env
kill -STOP "$serve"
python3 -c 'import socket, struct, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); s.close()' "$port"
kill -CONT "$serve"
wait_for 5 test -s env
is "a client that has gone has an address" "$(head -1 env)" "TCP 127.0.0.1 $port 127.0.0.1"
kill "$serve"; wait "$serve"
export TCPREMOTEIP=192.0.2.1 TCPREMOTEPORT=1 TCPREMOTEHOST=h TCPREMOTEINFO=i TCPLOCALIP=192.0.2.2 TCPLOCALPORT=25
bg sock-serve unix:esock sh -c 'env | grep -e ^TCP; echo "$PROTO"'
serve=$bg_pid
unset TCPREMOTEIP TCPREMOTEPORT TCPREMOTEHOST TCPREMOTEINFO TCPLOCALIP TCPLOCALPORT
wait_for 5 test -S esock
is "a Unix socket: nothing of another connection" "$(talk unix:esock </dev/null)" UNIX
kill "$serve"; wait "$serve"
if python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1",0))' 2>/dev/null; then
	bg sock-serve "[::1]:$port" sh -c 'echo $PROTO $TCPREMOTEIP'
	wait_for 5 sh -c "python3 talk.py [::1]:$port </dev/null"
	is "IPv6" "$(talk "[::1]:$port" </dev/null)" "TCP6 ::1"
	kill "$bg_pid"; wait "$bg_pid"
else
	skip "no IPv6"
fi

# -w: the listening socket becomes descriptor 0 of the program
bg sock-serve -w -m 600 unix:wsock python3 -c '
import socket
s = socket.socket(fileno=0); s.setblocking(True)
c, _ = s.accept(); c.sendall(b"python\n")'
wait_for 5 test -S wsock
is "-w" "$(talk unix:wsock </dev/null)" python
wait "$bg_pid"
is "its status" $? 0

status "no arguments" 100 sock-serve
like "usage" "$(cat err)" '^sock-serve: fatal: usage: sock-serve '
status "no next" 100 sock-serve unix:x
for a in nonsense 127.0.0.1 127.0.0.1:65536 127.0.0.1: localhost:25 ::1:25 '[::1:25' '[]:25' unix: 1.2.3.4.5:25; do
	status "address $a" 100 sock-serve "$a" true
done
status "path too long" 111 sock-serve "unix:$(printf '%0108d' 0)" true
for m in 8 1777 '' 0x1; do status "mode '$m'" 100 sock-serve -m "$m" unix:x true; done
for c in 0 10001 -1 x; do status "-c $c" 100 sock-serve -c "$c" unix:x true; done
bg sock-serve -c 10000 unix:sock true
wait_for 5 test -S sock; ok "-c 10000" $?
kill "$bg_pid"; wait "$bg_pid"
status "no such folder" 111 sock-serve unix:no/such/sock true
status "-w: no such program" 111 sock-serve -w unix:wsock2 no-such-program
is "no such program is said for each connection" "$(
	sock-serve unix:sock no-such-program 2>&1 & p=$!
	wait_for 5 test -S sock
	talk unix:sock </dev/null
	kill $p; wait $p)" "sock-serve: fatal: unable to run no-such-program: No such file or directory"
# no /dev/full: descriptor 1 is its programs' connection
sock-serve unix:sock true <&- 2>err
is "0 closed" $? 111
done_testing
