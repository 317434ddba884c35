#!/bin/sh
# ship-amqp: what needs no broker.  With one: tests/peers/ship-amqp.t.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
batch events 3 | batch make >b
give() { ship-amqp amqp "$@" <b 2>err | batch read; }
like "no broker" "$(give amqp://127.0.0.1:1)" '^Z unable to connect: '
like "no such host" "$(give amqp://no-such-host.invalid)" '^Z unable to connect: '
# what it says to whom says hello
cat >server.py <<'X'
import os, socket, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(5)
open("port.new", "w").write(str(s.getsockname()[1]))
os.rename("port.new", "port")
while True:
    c = s.accept()[0]
    c.recv(1 << 16)
    if sys.argv[1] == "silent":
        c.recv(1)
    try:
        c.sendall(sys.argv[1].encode())
    except OSError:
        pass
    c.close()
X
says() {
	rm -f port
	bg python3 server.py "$1"
	wait_for 10 test -s port
	like "$1" "$(give "amqp://127.0.0.1:$(cat port)" connect-timeout=500ms)" "$2"
}
says silent '^Z login: no answer in time'
says '220 mx.example ESMTP, and no broker' '^Z login: '
says '' '^Z login: '
while read -r url; do
	status "$url" 100 ship-amqp amqp "$url"
	is "is said" "$(cat err)" "ship-amqp: fatal: $url: not a URL"
done <<'X'
amqp://ann:secret@host
amqp://host:0
amqp:///vhost
amqp://host/%0
X
status "no arguments" 100 ship-amqp
status "a kind of another program" 100 ship-amqp file x
status "a brace that is none" 100 ship-amqp amqp amqp://h 'routing-key=a.{ev'
x255=$(head -c 255 /dev/zero | tr '\0' x)
like "an exchange of 255 bytes" "$(give amqp://127.0.0.1:1 "exchange=$x255")" '^Z'
status "one more" 100 ship-amqp amqp amqp://h "exchange=x$x255"
status "a password file that is not there" 111 sh -c 'ship-amqp amqp amqp://h user-file=none <b'
ship-amqp amqp amqp://127.0.0.1:1 >/dev/full <b 2>err
is "/dev/full" $? 111
ship-amqp amqp amqp://h <&- 2>err
is "0 closed" $? 111
ship-amqp amqp amqp://127.0.0.1:1 >&- <b 2>err
is "1 closed" $? 111
done_testing
