#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cat >"$T/serve.py" <<'X'
import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(8); s.settimeout(60)
replies = sys.argv[2:]
while True:
    c, _ = s.accept(); f = c.makefile("rwb")
    try:
        for r in replies:
            f.write(r.encode().decode("unicode_escape").encode() + b"\r\n"); f.flush()
            if not f.readline(): break
        f.close(); c.close()
    except OSError:
        pass
X
# serve REPLIES...: one reply line for each line it reads
serve() {
	port=$(free_port)
	bg python3 "$T/serve.py" "$port" "$@"
	wait_for 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()"
}
serve '220 here' '250-one\r\n250 two' '250 ok' '250 ok' '250 ok' '221 bye'
status "accepts" 0 smtp-ping "127.0.0.1:$port"
is "says nothing" "$(cat "$T/out" "$T/err")" ""
serve '421 busy'
status "refused at the greeting" 111 smtp-ping "127.0.0.1:$port"
is "says what the server said" "$(cat "$T/err")" "smtp-ping: fatal: the server said: 421 busy"
serve '220 here' '250 ok' '250 ok' '550 5.1.1 nobody\033'
status "refused at RCPT" 111 smtp-ping "127.0.0.1:$port"
like "foreign bytes are escaped" "$(cat "$T/err")" 'nobody\\x1b$'
serve "220-$(printf '%05000d' 1)" '220 x'
status "a line that is too long" 111 smtp-ping "127.0.0.1:$port"
serve
status "a server that hangs up" 111 smtp-ping "127.0.0.1:$port"
# smtp-recv, to which 127.0.0.1 is a proxy
mkdir "$T/conf"
echo mx.example.org >"$T/conf/me"
echo '127.0.0.1:allow,PROXY=""' >"$T/conf/relay"
conf-build "$T/conf"
port=$(free_port)
bg smtp-recv -l "127.0.0.1:$port" -C "$T/conf" cat 2>"$T/log"
wait_for 10 grep -q ev:started "$T/log"
status "a server that waits for a header: -P" 0 smtp-ping -P "127.0.0.1:$port"
status "without it" 111 smtp-ping -t 1 "127.0.0.1:$port"
port=$(free_port)
bg python3 -c "import socket, time
s = socket.socket(); s.bind(('127.0.0.1', $port)); s.listen(8); time.sleep(60)"
wait_for 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()"
status "a server that says nothing" 111 smtp-ping -t 1 "127.0.0.1:$port"
is "says that it took too long" "$(cat "$T/err")" "smtp-ping: fatal: no reply: Connection timed out"
# what strangers send instead of a banner, as the file `mode` says
cat >"$T/raw.py" <<'X'
import socket, sys, time
port, file = int(sys.argv[1]), sys.argv[2]
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", port)); s.listen(8)
def drip(c):
    while True:
        c.sendall(b"2"); time.sleep(.1)
def lines(c):
    while True:
        c.sendall(b"220-and more\r\n"); time.sleep(.05)
def flood(c):
    while True:
        c.sendall(b"220-" + b"x" * 500 + b"\r\n")
def endless(c):
    while True:
        c.sendall(b"x" * 65536)
modes = {"drip": drip, "lines": lines, "flood": flood, "endless": endless}
while True:
    c, _ = s.accept()
    mode = open(file).read()
    try:
        if mode in modes:
            modes[mode](c)
        c.sendall(mode.encode("latin-1").decode("unicode_escape").encode("latin-1"))
        c.shutdown(socket.SHUT_WR)
        while c.recv(1000): pass
    except OSError:
        pass
    c.close()
X
limit='ulimit -v 65536'
grep -q __asan_init "$(command -v smtp-ping)" && limit=:
echo >"$T/mode"
port=$(free_port)
bg python3 -B "$T/raw.py" "$port" "$T/mode"
wait_for 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()"
raw() { # MODE: what smtp-ping says, and its status
	printf %s "$1" >"$T/mode"
	timeout 20 sh -c "$limit"'; exec smtp-ping -t 1 "127.0.0.1:$0"' "$port" 2>"$T/err"
	echo "$? $(sed 's/^smtp-ping: fatal: //' "$T/err")"
}
is "a NUL" "$(raw '421 a\0b\r\n')" "111 the server said: 421 a?b"
is "a NUL in front" "$(raw '\x00220 a\r\n')" "111 no SMTP reply: ?220 a"
is "control bytes and 8 bit" "$(raw '554 \x1b[2J\x9b1m\xff\x08\r\n')" '111 the server said: 554 \x1b[2J\x9b1m\xff\x08'
is "several lines" "$(raw '421-one\r\n421-two\n421 three\r\n')" "111 the server said: 421-one 421-two 421 three"
is "two codes" "$(raw '220-one\r\n250 two\r\n')" "111 no SMTP reply: 220-one 250 two"
for r in '2\r\n' '22 x\r\n' '199 x\r\n' '600 x\r\n' '220x\r\n' '2200 x\r\n' 'hello\r\n' '\r\n' 'HTTP/1.1 400 Bad Request\r\n'; do
	is "no reply code: $r" "$(raw "$r")" "111 no SMTP reply: ${r%\\r*}"
done
is "nothing, and closed" "$(raw '')" "111 connection closed"
is "half a line, and closed" "$(raw '220 mx\x1b')" '111 connection closed, behind: 220 mx\x1b'
is "half a reply" "$(raw '220-mx\r\n220-my\r\n')" '111 connection closed, behind: 220-mx 220-my'
like "a byte now and then" "$(raw drip)" '^111 no reply: Connection timed out, behind: 222*$'
like "a line now and then" "$(raw lines)" '^111 no reply: Connection timed out, behind: 220-and more 220-'
like "lines without end" "$(raw flood)" '^111 no SMTP reply: 220-x*$'
is "not more than 400 bytes of them" "$(raw flood | sed 's/.*reply: //' | tr -d '\n' | wc -c)" 400
like "a line without end" "$(raw endless)" '^111 no SMTP reply: x*$'
status "no server" 111 smtp-ping "127.0.0.1:$(free_port)"
status "no argument" 100 smtp-ping
status "no argument but -S" 100 smtp-ping -S
status "no port" 100 smtp-ping 127.0.0.1
status "a name" 100 smtp-ping localhost:25
status "a port above 65535" 100 smtp-ping 127.0.0.1:65536
status "no seconds" 100 smtp-ping -t 0 127.0.0.1:25
status "too many seconds" 100 smtp-ping -t 3601 127.0.0.1:25
# no /dev/full: it writes nothing
for fd in 0 1 2; do
	eval "smtp-ping 127.0.0.1:1 $fd>&-" 2>/dev/null
	is "descriptor $fd closed" $? 111
done

# TLS, from the first byte and by STARTTLS
mkdir "$T/conf" "$T/tls"
echo mail.example.org >"$T/conf/me"; echo self.pem >"$T/conf/tls"
printf ':allow,RELAYCLIENT=""\n' >"$T/conf/relay"
tls-cert self "$T/tls/self.pem" mail.example.org && conf-build "$T/conf"
bg sock-serve "unix:$T/keys" tls-key "$T/conf" "$T/tls"
port=$(free_port) sport=$(free_port)
bg smtp-recv -C "$T/conf" -K "$T/keys" -l "127.0.0.1:$port" python3 "$top/tests/tools/fakeinject.py" "$T/took" 2>"$T/recv.err"
bg smtp-recv -i -C "$T/conf" -K "$T/keys" -l "127.0.0.1:$sport" python3 "$top/tests/tools/fakeinject.py" "$T/took" 2>"$T/recv.err"
wait_for 10 smtp-ping -S "127.0.0.1:$port"; ok "-S: by STARTTLS" $?
status "and no word" 0 smtp-ping -S "127.0.0.1:$port"
is "of it" "$(cat "$T/out" "$T/err")" ""
wait_for 10 smtp-ping -i "127.0.0.1:$sport"; ok "-i: from the first byte" $?
status "-ei" 0 smtp-ping -ei "127.0.0.1:$sport"
status "-i where it is not so" 111 smtp-ping -i "127.0.0.1:$port"
like "is said" "$(cat "$T/err")" "^smtp-ping: fatal: no TLS: "
status "-S where TLS is from the first byte" 111 smtp-ping -S -t 1 "127.0.0.1:$sport"
status "both" 100 smtp-ping -i -S "127.0.0.1:$port"
serve '220 here' '250 ok' '550 no'
status "-e: no further than EHLO" 0 smtp-ping -e "127.0.0.1:$port"
status "-S where it is not offered" 111 smtp-ping -S "127.0.0.1:$port"
is "is refused" "$(cat "$T/err")" "smtp-ping: fatal: the server said: 550 no"
serve '220 here' '250 ok' '220 go' '250 this is no TLS'
status "-S and then no TLS" 111 smtp-ping -S "127.0.0.1:$port"
like "is said" "$(cat "$T/err")" "^smtp-ping: fatal: no TLS: "
serve '220 here' '250 ok' '220 go\r\n250 too early'
status "words behind the 220" 111 smtp-ping -S "127.0.0.1:$port"
port=$(free_port)
bg python3 -c "import socket, time
s = socket.socket(); s.bind(('127.0.0.1', $port)); s.listen(8); time.sleep(60)"
wait_for 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()"
status "no handshake in time" 111 smtp-ping -i -t 1 "127.0.0.1:$port"
is "is said" "$(cat "$T/err")" "smtp-ping: fatal: no TLS: Connection timed out"
done_testing
