#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
# ask DOOR ADDRESS: the answer; with K what comes through the socket
cat >ask.py <<'X'
import array, socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
text, anc, _, _ = s.recvmsg(80, socket.CMSG_SPACE(8))
print(text.decode().strip())
for _, _, data in anc:
    a = array.array("i"); a.frombytes(data[:4])
    held = socket.socket(fileno=a[0])
    c = socket.create_connection(held.getsockname()[:2], 10)
    held.settimeout(10)
    d, _ = held.accept()
    d.sendall(b"through it\n"); print(c.recv(80).decode().strip())
X
ask() { timeout 20 python3 ask.py "$@" 2>&1; }
port=$(free_port) other=$(free_port)
there() { ss -Hltn "sport = :$1" | grep -q .; }

# the first form: sockets from 3 on, and who they are for
out=$(sock-hold -o "127.0.0.1:$port" -o "127.0.0.1:0" sh -c '
	echo "$$ $LISTEN_PID"; echo "$LISTEN_FDS $LISTEN_FDNAMES"
	ls -l /proc/self/fd/3 /proc/self/fd/4 | grep -c socket:' 3</dev/null 4</dev/null)
is "its process" "$(echo "$out" | sed -n '1s/^\([0-9]*\) \1$/same/p')" same
is "how many, and their names" "$(echo "$out" | sed -n 2p)" "2 127.0.0.1;$port:127.0.0.1;0"
is "as 3 and 4, whatever was there" "$(echo "$out" | sed -n 3p)" 2

# both forms
bg sock-hold -o "127.0.0.1:$port" -o 127.0.0.1:0 sock-hold -s door 2>err.hold
hold=$bg_pid
wait_for 5 test -S door; ok "a door" $?
is "for the owner alone" "$(stat -c %a door)" 600
is "an address" "$(ask door "127.0.0.1:$port")" "K
through it"
is "in another spelling" "$(ask door "127.0.0.1:0$port")" "K
through it"
is "as it was opened" "$(ask door 127.0.0.1:0)" "K
through it"
is "one that it has not" "$(ask door "127.0.0.1:$other")" "Dno such socket"
is "another family" "$(ask door "[::1]:$port")" "Dno such socket"
is "nonsense" "$(ask door '')" "Dno such socket"
status "the address is in use" 111 sock-hold -o "127.0.0.1:$port" true
is "says so" "$(cat err)" "sock-hold: fatal: unable to listen on 127.0.0.1:$port: Address already in use"
status "the door is served" 111 sock-hold -o 127.0.0.1:0 sock-hold -s door
is "says so" "$(cat err)" "sock-hold: fatal: unable to listen on door: Address already in use"
is "it answers still" "$(ask door 127.0.0.1:0 | head -1)" K
kill "$hold"; wait "$hold"
is "TERM: done" $? 0
[ ! -e door ]; ok "the door is removed" $?
there "$port"; is "and the socket is gone" $? 1
is "nothing was said" "$(cat err.hold)" ""

# killed: the door is left, and replaced; -m
bg sock-hold -o "127.0.0.1:$port" sock-hold -m 666 -s door
wait_for 5 test -S door
is "mode" "$(stat -c %a door)" 666
kill -9 "$bg_pid"; wait "$bg_pid" 2>/dev/null
[ -S door ]; ok "killed: the door is left" $?
bg sock-hold -o "127.0.0.1:$port" sock-hold -s door
wait_for 5 python3 ask.py door "127.0.0.1:$port"; ok "a stale door is replaced" $?
kill -INT "$bg_pid"; wait "$bg_pid"
is "INT: done" $? 0
echo precious >file
status "a file is not replaced" 111 sock-hold -o 127.0.0.1:0 sock-hold -s file
is "it is there" "$(cat file)" precious

# no sockets
for v in "" "LISTEN_FDS=1" "LISTEN_FDS=1 LISTEN_PID=1" "LISTEN_FDS=0 LISTEN_PID=\$\$" \
	"LISTEN_FDS=17 LISTEN_PID=\$\$" "LISTEN_FDS=x LISTEN_PID=\$\$"; do
	status "'$v'" 111 sh -c "$v exec sock-hold -s door"
	is "says so" "$(cat err)" "sock-hold: fatal: no sockets were given: LISTEN_FDS is not set, or LISTEN_PID is another process"
done
status "no listening socket" 111 sh -c 'LISTEN_FDS=1 LISTEN_PID=$$ exec sock-hold -s door 3</dev/null'
is "says so" "$(cat err)" "sock-hold: fatal: descriptor 3 is no listening socket"
status "no such folder" 111 sock-hold -o 127.0.0.1:0 sock-hold -s no/such/door
is "says so" "$(cat err)" "sock-hold: fatal: unable to listen on no/such/door: No such file or directory"
status "path too long" 111 sock-hold -o 127.0.0.1:0 sock-hold -s "$(printf '%0108d' 0)"
status "no such program" 111 sock-hold -o 127.0.0.1:0 no-such-program
is "says so" "$(cat err)" "sock-hold: fatal: unable to run no-such-program: No such file or directory"

status "no arguments" 100 sock-hold
like "usage" "$(cat err)" '^sock-hold: fatal: usage: sock-hold '
status "no next" 100 sock-hold -o 127.0.0.1:0
status "no socket" 100 sock-hold true
status "both forms" 100 sock-hold -o 127.0.0.1:0 -s door
status "-m with the first" 100 sock-hold -m 600 -o 127.0.0.1:0 true
status "something behind the second" 100 sock-hold -s door true
for a in nonsense 127.0.0.1 127.0.0.1:65536 127.0.0.1: localhost:25 ::1:25 unix:x; do
	status "address $a" 100 sock-hold -o "$a" true
done
for m in 8 1777 ''; do status "mode '$m'" 100 sock-hold -m "$m" -s door; done
sixteen=$(printf -- '-o 127.0.0.1:0 %.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
# shellcheck disable=SC2086
status "16 sockets" 0 sock-hold $sixteen true
# shellcheck disable=SC2086
status "17" 100 sock-hold $sixteen -o 127.0.0.1:0 true
# no /dev/full: nothing is written on descriptor 1
sock-hold -o 127.0.0.1:0 true <&- 2>err
is "0 closed" $? 111
sock-hold -o 127.0.0.1:0 true >&- 2>err
is "1 closed" $? 111
done_testing
