#!/bin/sh
# ship-redis: what needs no Redis: usage, and servers that are none.  With one:
# tests/peers/ship-redis.t.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
batch events 3 | batch make >b
# answers ARG...: a server at the socket s that takes what comes and writes these,
# each for one connection, then hangs up
cat >server.py <<'X'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("s.new")
s.listen(5)
import os
os.rename("s.new", "s")
for a in sys.argv[1:]:
    c = s.accept()[0]
    c.recv(1 << 20)
    if a == "silent":
        c.recv(1)
    elif a == "much":
        try:
            while True:
                c.sendall(b"+" + b"x" * 65536)
        except OSError:
            pass
    else:
        c.sendall(a.encode().decode("unicode_escape").encode("latin-1"))
        c.shutdown(socket.SHUT_WR)
        c.recv(1 << 20)
    c.close()
X
give() { ship-redis redis "unix://$T/s" timeout=300ms connect-timeout=300ms "$@" <b 2>err | batch read; }
says() {
	says_want=$1; shift
	rm -f s
	bg python3 server.py "$1"
	wait_for 10 test -S s
	says_n=$((${says_n:-0} + 1))
	like "no server of Redis, $says_n" "$(give)" "^Z $says_want\$"
}
says "no answer: Connection timed out" silent
says "the server has hung up" ''
says "the server does not speak Redis" '220 mx.example ESMTP\r\n'
says "the server does not speak Redis" '*99999999999\r\n'
# at once: nobody counts to two thousand million
says "the server does not speak Redis" '*2147483647\r\n:1\r\n'
says "the server says too much" much
says "the server has hung up" '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n'
says "the transaction was not done" '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$1\r\n1\r\n$1\r\n2\r\n'
says "the transaction was not done" '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*-1\r\n'
says "an event has no id" '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n$1\r\n1\r\n:2\r\n$1\r\n3\r\n'
says "ERR .\\[2J" '+OK\r\n+QUEUED\r\n-ERR \033[2J\r\n+QUEUED\r\n-EXECABORT no\r\n'
rm -f s
bg python3 server.py '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n'
wait_for 10 test -S s
is "all of it" "$(give)" "K
--"
rm -f s
is "no socket" "$(give)" "Z unable to connect: No such file or directory
--"
long=$(head -c 200 /dev/zero | tr '\0' x)
like "a name too long for one" "$(ship-redis redis "unix:///$long" <b | batch read)" '^Z unable to connect: File name too long'
like "no such host" "$(ship-redis redis redis://no-such-host.invalid <b | batch read)" '^Z no-such-host.invalid: '

# refused URL...
while read -r url; do
	status "$url" 100 ship-redis redis "$url"
	is "is said" "$(cat err)" "ship-redis: fatal: $url: not a URL"
done <<'X'
redis://ann:secret@host
redis://host:0
redis://host/x
redis://host/65536
redis:///3
unix://host/path
unix:///
X
status "no arguments" 100 ship-redis
status "a kind of another program" 100 ship-redis file x
status "a stream that is kept to nothing" 100 ship-redis redis redis://h maxlen=0
status "a password file that is not there" 111 sh -c 'ship-redis redis redis://h user-file=none <b'
echo nonsense >login
status "or has none" 111 sh -c 'ship-redis redis redis://h user-file=login <b'
is "is said" "$(cat err)" "ship-redis: fatal: unable to read login: Invalid argument"
ship-redis redis redis://127.0.0.1:1 >/dev/full <b 2>err
is "/dev/full" $? 111
ship-redis redis redis://127.0.0.1:1 <&- 2>err
is "0 closed" $? 111
ship-redis redis redis://127.0.0.1:1 >&- <b 2>err
is "1 closed" $? 111
done_testing
