#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cat >"$T/serve.py" <<'X'
import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(8); s.settimeout(20)
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
port=$(free_port)
bg python3 -c "import socket, time
s = socket.socket(); s.bind(('127.0.0.1', $port)); s.listen(8); time.sleep(60)"
wait_for 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()"
status "a server that says nothing" 111 smtp-ping -t 1 "127.0.0.1:$port"
is "says that it took too long" "$(cat "$T/err")" "smtp-ping: fatal: no reply: Connection timed out"
status "no server" 111 smtp-ping "127.0.0.1:$(free_port)"
status "no argument" 100 smtp-ping
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
done_testing
