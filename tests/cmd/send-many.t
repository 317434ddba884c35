#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
export ROHRPOST_INJECT="queue-inject q 2>>log"
queue-check -i q >/dev/null
cat >news <<'X'
From: Shop <shop@example.org>
Subject: News for {{name}}
X-Own: {{n}}

Dear {{name}}, you are number {{n}}.
X
cat >list <<'X'
email,name,n
u1@example.net,Ann,1
u2@example.net,"Lee, Joe",2
nobody,Nobody,3
u3@example.net,Few
u1@EXAMPLE.net,Again,4
u4@example.net,Two,"5
6"
X
rcpts() { queue-list "$1" | grep -o '<[^ >]*@example.net>' | sort; }

# it is looked at
status "a dry run" 100 send-many -n -c spring list news
is "prints the first message" "$(cat out)" "from shop@example.org
key spring:u1@example.net
to u1@example.net
body 7bit

From: Shop <shop@example.org>
To: Ann <u1@example.net>
Subject: News for Ann
X-Own: 1
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Dear Ann, you are number 1."
is "and says the rest" "$(cat err)" "send-many: warning: line 4: to: no address
send-many: warning: line 5: fewer fields than the heading has
send-many: info: 3 would be sent, 1 repeated, 2 rejected"
is "and sends nothing" "$(rcpts q)" ""
[ ! -e list.spring.sent ] && [ ! -e list.spring.sent.rejected ]; ok "and leaves nothing" $?

# it is sent
status "a run" 100 send-many -c spring list news
like "says at its end" "$(tail -1 err)" '^send-many: info: 3 sent, 1 repeated, 2 rejected in [0-9.]+ s$'
is "who gets it" "$(rcpts q)" "<u1@example.net>
<u2@example.net>
<u4@example.net>"
is "the state" "$(cut -d ' ' -f 2- list.spring.sent | sort)" "spring:u1@example.net .
spring:u2@example.net .
spring:u4@example.net ."
is "what was wrong" "$(cat list.spring.sent.rejected)" "email,name,n
nobody,Nobody,3
u3@example.net,Few"
status "a second run" 100 send-many -c spring list news
like "sends nothing" "$(tail -1 err)" ': 0 sent, 4 repeated, 2 rejected'
rm list.spring.sent
status "without its state" 100 send-many -c spring list news
like "neither" "$(tail -1 err)" ': 0 sent, 4 repeated, 2 rejected'
is "nobody got it twice" "$(rcpts q | wc -l | tr -d ' ')" 3
status "corrected" 0 sh -c 'sed "s/^nobody/u5@example.net/; s/Few/Few,6/" list.spring.sent.rejected |
	send-many -s list.spring.sent -c spring - news'
like "the others" "$(tail -1 err)" ': 2 sent, 0 repeated, 0 rejected'
[ ! -e list.spring.sent.rejected ]; ok "nothing is wrong any more" $?
status "another campaign" 100 send-many -c summer list news
like "is another one" "$(tail -1 err)" ': 3 sent, 1 repeated, 2 rejected'

# JSON: values, recipients, a template in JSON
echo '{"from":"a@b.example","subject":"{{n}}","tags":{"c":"j"}}' >t.json
cat >lines <<'X'
{"email":"j1@example.net","n":1}
{"to":"j2@example.net","values":{"n":2},"tags":{"x":"y"},"key":"two"}
{"n":3}
X
status "JSON lines" 100 send-many -c json lines t.json
is "one is wrong" "$(head -1 err)" "send-many: warning: line 3: no to, and no email"
is "it is kept" "$(cat lines.json.sent.rejected)" '{"n":3}'
is "keys" "$(cut -d ' ' -f 2- lines.json.sent | sort)" "json:j1@example.net .
json:two ."

# refused for ever, and not now
cat >link <<'X'
#!/bin/sh
# answers each parcel: refuses no@, puts off later@ the first time
python3 -c '
import sys
i, o = sys.stdin.buffer, sys.stdout.buffer
while True:
    n = b""
    while (c := i.read(1)) not in (b":", b""):
        n += c
    if not n:
        break
    p = i.read(int(n) + 1)
    a = b"Kid1"
    if b"to no@" in p:
        a = b"D5.7.1 not you"
    if b"to later@" in p and not open("seen", "ab+").tell():
        open("seen", "ab").write(b"x")
        a = b"Z4.3.0 later"
    if b"to never@" in p:
        a = b"Z4.3.0 later"
    o.write(b"%d:%s," % (len(a), a))
    o.flush()
'
X
chmod +x link
printf 'to\nno@example.net\nlater@example.net\nyes@example.net\n' >some
export ROHRPOST_INJECT=./link
status "refused" 100 send-many -j 1 -c c some t.json
is "is said" "$(head -1 err)" "send-many: warning: line 2: refused: 5.7.1 not you"
like "the others are sent" "$(tail -1 err)" ': 2 sent, 0 repeated, 1 rejected'
is "it is kept" "$(tail -1 some.c.sent.rejected)" "no@example.net"
printf 'to\nnever@example.net\nyes@example.net\n' >some
status "never taken" 111 send-many -j 1 -w 2 -c d some t.json
is "it gives up" "$(tail -1 err)" "send-many: fatal: nothing was taken for 2 s: start again to go on"
is "the other one is sent" "$(wc -l <some.d.sent | tr -d ' ')" 1
export ROHRPOST_INJECT=false
status "no chain" 111 send-many -j 1 -w 1 -c e some t.json
unset ROHRPOST_INJECT
status "no instance" 111 send-many -C "$T/nowhere" -j 1 -w 1 -c e some t.json

# at a rate: ten are not there before so many of its periods are over
python3 -c '
print("to")
for i in range(10): print("r%d@example.net" % i)' >ten
export ROHRPOST_INJECT=./link
status "at a rate" 0 send-many -j 1 -r 10 -c r ten t.json
ms=$(sed -n 's/.* in \([0-9]*\)\.\([0-9]\) s/\1\2/p' err)
[ "$ms" -ge 8 ]; ok "it takes its time" $?

# killed anywhere, and started again
export ROHRPOST_INJECT="queue-inject q2 2>>log"
queue-check -i q2 >/dev/null
python3 -c '
print("email,name,n")
for i in range(600): print("k%d@example.net,K,%d" % (i, i))' >big
cat >kills.py <<'X'
import subprocess, time
def lines():
    try:
        return open("big.k.sent", "rb").read().count(b"\n")
    except FileNotFoundError:
        return 0
kills = 0
for k in range(12):
    want = lines() + k * 17 % 40
    p = subprocess.Popen(["send-many", "-j", "2", "-c", "k", "big", "news"], stderr=open("err", "ab"))
    while p.poll() is None and lines() <= want:
        time.sleep(0.005)
    kills += p.poll() is None
    p.kill()
    p.wait()
print(kills)
X
kills=$(python3 kills.py)
[ "$kills" -ge 5 ]; ok "it was killed" $?
status "the last run" 0 send-many -j 2 -c k big news
is "each is there once" "$(rcpts q2 | uniq | wc -l | tr -d ' ') $(rcpts q2 | wc -l | tr -d ' ')" "600 600"

# one at a time
printf 'to\nnever@example.net\n' >one
export ROHRPOST_INJECT=./link
bg send-many -j 1 -w 60 -c one one t.json
until [ -e one.one.sent ]; do sleep 0.02; done
status "a second at once" 111 send-many -c one one t.json
is "so it says" "$(cat err)" "send-many: fatal: another run has one.one.sent"

# a terminal
cat >term.py <<'X'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
out = b""
try:
    while True:
        out += os.read(fd, 4096)
except OSError:
    pass
os.waitpid(pid, 0)
sys.stdout.write(out.decode().replace("\r", "\n"))
X
python3 term.py send-many -j 1 -r 10 -c tty ten t.json >out
like "a bar" "$(cat out)" '^\[=*> *\] +[0-9]+%  [0-9]+ sent, [0-9]+/s'
like "and how long yet" "$(cat out)" ', 0:0[0-9] left'
like "and the end" "$(cat out)" 'info: 10 sent, 0 repeated, 0 rejected in '

# bad usage, bad files
status "no campaign" 100 send-many list news
status "a bad one" 100 send-many -c a/b list news
is "so it says" "$(cat err)" "send-many: fatal: bad -c a/b: want a name without blanks, slashes and colons"
status "a state for descriptor 0" 100 send-many -c x - news <list
is "has to be said" "$(cat err)" "send-many: fatal: say -s for a list from descriptor 0"
printf 'a,b\n1,2\n' >noto
status "no address column" 100 send-many -c x noto news
is "so it says" "$(cat err)" "send-many: fatal: noto: no column is called to or email"
echo hello >bad
status "no template" 100 send-many -c x list bad
is "so it says" "$(cat err)" "send-many: fatal: bad: neither JSON, nor a header and an empty line behind it"
printf 'From: x\nSubject: {{\n\n' >bad
status "a wrong one" 100 send-many -c x list bad
is "so it says" "$(cat err)" "send-many: fatal: bad: subject: line 1: a tag has no end"
status "no list" 111 send-many -c x nowhere news
status "a folder that is none" 111 send-many -c x -s nowhere/x list news
status "a state that is no file" 111 send-many -c x -s /dev/full ten t.json
like "so it says" "$(cat err)" "unable to use /dev/full: "
(ulimit -f 0; exec send-many -j 1 -c x ten t.json 2>&1) | cat >err
like "a full disk" "$(cat err)" "fatal: unable to write ten.x.sent: "
status "no output" 111 sh -c 'send-many -n -c x list news >&-'
status "a full disk for the first message" 111 sh -c 'send-many -n -c x list news >/dev/full'
done_testing
