#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir home mail mail/joe
# ask LINE [WHAT]: sends a request, `hello` on descriptor 0; prints answer
# and output.  WHAT: nofd sends no descriptors, hangup leaves at once
cat >ask.py <<'P'
import array, os, socket, sys
line, what = sys.argv[1].encode().decode("unicode_escape").encode(), sys.argv[2:]
s = socket.socket(socket.AF_UNIX)
s.connect("sock")
i, o = os.pipe(), os.pipe()
os.write(i[1], b"hello\n"); os.close(i[1])
fds = array.array("i", [i[0], o[1]])
a = [] if "nofd" in what else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)]
if "slow" in what:
    s.sendmsg([line[:1]], a); [s.sendall(bytes([b])) for b in line[1:]]
else:
    s.sendmsg([line], a)
os.close(i[0]); os.close(o[1])
if "hangup" in what:
    os.read(o[0], 1)
    s.close()
elif "half" in what:
    s.shutdown(socket.SHUT_WR)
out = b""
while (b := os.read(o[0], 1000)): out += b
print(out.decode(), end="")
if "hangup" not in what:
    print(s.recv(100).decode(), end="")
P
ask() { timeout 20 python3 -B ask.py "$@"; }
bg sock-serve unix:sock command-run "$T/home" 2>log
wait_for 5 test -S sock

is "output and exit status" "$(ask 'command:cat; echo bye >&2; exit 3\n')" "hello
bye
exit:3"
is "byte by byte" "$(ask 'command:cat\n' slow)" "hello
exit:0"
is "a signal" "$(ask 'command:kill -9 $$\n')" "signal:9"
is "who can send no more still hears" "$(ask 'command:sleep 0.2; cat\n' half)" "hello
exit:0"
is "where it is, and its environment" \
    "$(ask 'command:pwd; umask; env | grep -vE "^(PATH|PWD|_|OLDPWD|SHLVL)=" | sort\tsender:a\\tb@c\tuser:\n')" \
    "$T/home
0077
HOME=$T/home
SENDER=a	b@c
SHELL=/bin/sh
USER=
exit:0"
is "it has no other descriptors" "$(ask 'command:ls /proc/self/fd | tr "\\\\n" " "\n')" "0 1 2 3 exit:0"
is "hanging up ends it, and what it has started" \
    "$(ask 'command:echo x; (sleep 30; echo late) & sleep 30; echo late\n' hangup)" ""
for r in 'foo\n' 'a:b\n' 'command\n'; do
	: >log
	is "no request: $r" "$(ask "$r" 2>/dev/null)" ""
	wait_for 5 grep -q "fatal: request is none" log; ok "it is said" $?
done
: >log
is "without descriptors" "$(ask 'command:cat\n' nofd | head -c 3)" ""
wait_for 5 grep -q "fatal: request without descriptors" log; ok "it is said" $?

status "no argument" 100 command-run
status "too many" 100 command-run a b
status "no such directory" 111 sh -c 'command-run nowhere </dev/null'
# no /dev/full: it writes an answer to descriptor 0 and nothing else
status "a closed descriptor" 111 command-run home <&-
status "no socket" 111 sh -c 'command-run home </dev/null'
like "is said" "$(cat err)" "fatal: unable to read the request: Socket operation on non-socket"
status "end of input" 100 python3 -c '
import socket, subprocess, sys
a, b = socket.socketpair()
a.close()
sys.exit(subprocess.run(["command-run", "home"], stdin=b).returncode)'
python3 -c '
import socket, subprocess, sys
a, b = socket.socketpair()
p = subprocess.Popen(["command-run", "home"], stdin=b, stderr=subprocess.PIPE)
try:
    a.sendall(b"command:" + b"x" * 70000)
except OSError:
    pass
print(p.communicate()[1].decode())' >out
like "a request that is too long" "$(cat out)" "fatal: request too long"

# TERM at any moment: no command is left, and who asked hears that it was
# killed, or nothing when there was none yet
cat >term.py <<'P'
import array, os, select, signal, socket, subprocess, sys, time
def start(argv):
    a, b = socket.socketpair()
    r, w = os.pipe()
    null = os.open("/dev/null", os.O_RDONLY)
    p = subprocess.Popen(argv, stdin=b)
    b.close()
    try:
        a.sendmsg([b"command:sleep 30; echo late\n"], [(socket.SOL_SOCKET,
            socket.SCM_RIGHTS, array.array("i", [null, w]))])
    except BrokenPipeError:
        pass
    os.close(w); os.close(null)
    return p, a, r
def end(p, a, r):
    status = p.wait(timeout=10)
    # the end of its output: whoever has it open is a command that lives
    left = not select.select([r], [], [], 5)[0] or os.read(r, 100) != b""
    said = b"" if status else a.recv(100)
    a.close(); os.close(r)
    return status, left, said.decode()
if sys.argv[1] == "fork":
    print(*end(*start(["strace", "-qq", "-o", "/dev/null", "-e",
        "inject=clone,clone3,fork,vfork:signal=TERM:when=1",
        "command-run", "home"])))
else:
    seen = set()
    for i in range(int(sys.argv[2])):
        s = start(["command-run", "home"])
        time.sleep(i % 50 * 0.0001)
        s[0].terminate()
        seen.add(end(*s))
    print(*sorted(x for x in seen if x not in
        [(-signal.SIGTERM, False, ""), (0, False, "signal:9\n")]))
P
if strace -qq -o /dev/null true 2>/dev/null; then
	is "TERM while it forks" "$(python3 -B term.py fork)" "0 False signal:9"
else
	skip "strace is missing"
fi
is "TERM at any moment of 200 starts" "$(python3 -B term.py loop 200)" ""

# with local-deliver
printf 'Subject: x\n\nx%sy\n' "$(printf '\\000')" >m.text
printf 'Subject: x\n\nx\000y\n' >m
job() { printf 'id:1\tn:0\tfrom:a@b.example\tto:joe+x@c.example\tuser:joe\tfile:%s\toff:0\tsize:%d\tprogram:%s\n' "$T/m" "$(wc -c <m)" "$1"; }
# deliver COMMAND: its result; the input stays open until that is there
deliver() {
	: >r
	{ job "$1"; wait_for 20 test -s r; } | local-deliver -x sock -t 1 mail 2>err >r
	cat r
}
r=$(deliver 'cat; echo "$SENDER $RECIPIENT $LOCAL $HOST $USER $HOME"')
like "local-deliver has it run" "$r" "status:sent"
like "with the message" "$r" "Return-Path: <a@b.example>.*Subject: x.*x y"
like "and the variables" "$r" "a@b.example joe\+x@c.example joe\+x c.example joe $T/home"
like "permanent" "$(deliver 'exit 100')" "status:bounced.*command exit 100"
like "temporary" "$(deliver 'exit 1')" "status:deferred.*command exit 1"
like "a signal" "$(deliver 'kill -9 $$')" "status:deferred.*command signal 9"
like "too long" "$(deliver 'sleep 20')" "status:deferred.*4.3.0.*took too long"
head -c 3000000 /dev/zero | tr '\0' x >m
like "a large message" "$(deliver 'wc -c')" "status:sent.*30000[0-9][0-9]"
like "that is not read" "$(deliver 'true')" "status:sent"
is "nothing is left of it" "$(find mail -type f)" ""
mv sock away
like "no server" "$(deliver 'true')" "status:deferred.*No such file"
mv away sock
kill "$bg_pid"; wait "$bg_pid"
like "nobody serves" "$(deliver 'true')" "status:deferred"
done_testing
