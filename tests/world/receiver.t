#!/bin/sh
# The servers of a world, by themselves: each has its manners, and writes down
# what came.
. "$(dirname "$0")/../lib.sh"
W=$top/tests/world
cat >"$T/receivers" <<'X'
good
pause  pause=30
grey   grey=60
per    per-conn=1
conns  conns=1
rate   limit=2/60
norcpt rcpt=no-*:550_5.1.1_nobody
full   rejectafter=1
small  size=500
bare   ext=
bdat   data=refuse
greet  drop=greet
dot    drop=dot
stall  stall=mail
X
# a minute takes a tenth of a second; nothing here waits for less than that
ROHRPOST_CLOCK=$(PYTHONPATH=$W python3 -Bc 'import clock; print(clock.value(600))')
export ROHRPOST_CLOCK
bg python3 "$W/receiver.py" --listen 127.0.0.1 --port 0 --ports "$T/ports" --down "$T/down" "$T/receivers" "$T/log"
wait_for 10 test -s "$T/ports"; ok "all listen" $?
is "each at a port of its own" "$(cut -d' ' -f3 "$T/ports" | sort -u | wc -l | tr -d ' ')" 14

# talk RECEIVER STEP...: what it replies to each, the codes and the first words;
# a step is a line with | for a line end
cat >"$T/talk.py" <<'X'
import socket, sys
ports = dict((l.split()[0], int(l.split()[2])) for l in open(sys.argv[1]))
s = socket.create_connection(("127.0.0.1", ports[sys.argv[2]]), 20)
f = s.makefile("rb")
def reply():
    while True:
        try:
            l = f.readline().decode()
        except ConnectionError:
            l = ""
        if l[3:4] != "-":
            return l[:9].strip() or "gone"
said = [reply()]
for step in sys.argv[3:]:
    try:
        s.sendall(step.replace("|", "\r\n").encode() + b"\r\n")
    except OSError:
        pass
    if said[-1] != "gone":
        said.append(reply())
print(", ".join(said))
X
talk() { python3 "$T/talk.py" "$T/ports" "$@"; }
mail() {
	to=$1 from=$2 mid=$3
	shift 3
	talk "$to" 'EHLO me' "MAIL FROM:<$from>" 'RCPT TO:<joe@x>' DATA "Message-ID: <$mid>||hello|..dot|." "$@"
}
logged() { grep "what:$2" "$T/log/$1" | sed 's/^t:[0-9.]*	//'; }
taken='220 mx.go, 250 CHUNK, 250 2.1.0, 250 2.1.5, 354 go on, 250 2.0.0'

is "good takes a message" "$(mail good ann@y 1@y QUIT)" "$taken, 221 2.0.0"
sum=$(printf 'hello\r\n.dot\r\n' | sha256sum | cut -d' ' -f1)
is "and has it in its log" "$(logged good msg)" \
	"$(printf 'c:1\twhat:msg\tid:<1@y>\tsum:%s\tsize:34\tfrom:ann@y\tto:joe@x\tvia:DATA\tutf8:0\trequiretls:0\treply:250 2.0.0 taken' "$sum")"
is "who came" "$(logged good open | cut -f1-3)" "$(printf 'c:1\twhat:open\tfrom:127.0.0.1')"
wait_for 10 grep -q what:close "$T/log/good"
is "and how he went" "$(logged good close)" "$(printf 'c:1\twhat:close\thow:quit\tclear:0')"
t0=$(date +%s%N)
talk pause 'EHLO me' >/dev/null
[ $((($(date +%s%N) - t0) / 1000000)) -ge 100 ]; ok "pause: two replies, a minute" $?
is "grey: not the first time" "$(mail grey ann@y 2@y | cut -d, -f4)" " 450 4.7.1"
again() { [ "$(mail grey ann@y 2@y | cut -d, -f6)" = " 250 2.0.0" ]; }
wait_for 10 again; ok "but later" $?
is "per-conn: one" "$(mail per ann@y 3@y 'MAIL FROM:<ann@y>' | cut -d, -f6-)" " 250 2.0.0, 421 4.7.0"
rm -f "$T/hold"; mkfifo "$T/hold"
cat >"$T/one.py" <<'X'
import socket, sys
ports = dict((l.split()[0], int(l.split()[2])) for l in open(sys.argv[1]))
one, two = (socket.create_connection(("127.0.0.1", ports["conns"]), 20) for _ in range(2))
print(one.recv(3).decode(), two.recv(3).decode())
X
is "conns: one at a time" "$(python3 "$T/one.py" "$T/ports")" "220 421"
n=0
for i in 1 2 3 4 5 6; do
	case $(mail rate ann@y "r$i@y") in *'250 2.0.0'*) n=$((n + 1)) ;; esac
done
[ "$n" -ge 2 ]; ok "limit: two in a minute" $?
cat >"$T/window.py" <<'X'
import sys
sys.path.insert(0, sys.argv[2])
import ltsv
t = [float(e["t"]) for e in ltsv.read(sys.argv[1]) if e["what"] == "msg" and e["reply"][0] == "2"]
print(sum(1 for i in range(len(t) - 2) if t[i + 2] - t[i] < 59))
X
is "and in no window more" "$(python3 -B "$T/window.py" "$T/log/rate" "$W")" 0
is "rcpt: who is not there" "$(talk norcpt 'EHLO me' 'MAIL FROM:<>' 'RCPT TO:<no-1@x>' 'RCPT TO:<yes@x>' | cut -d, -f4-)" " 550 5.1.1, 250 2.1.5"
is "rejectafter: the first" "$(mail full ann@y 4@y | cut -d, -f6)" " 250 2.0.0"
is "and no other" "$(mail full ann@y 5@y | cut -d, -f6)" " 550 5.7.1"
is "but for another domain" "$(talk full 'EHLO me' 'MAIL FROM:<ann@y>' 'RCPT TO:<joe@z>' DATA "Message-ID: <5z@y>|||." | cut -d, -f6)" \
	" 250 2.0.0"
is "size, as it was said" "$(talk small 'EHLO me' 'MAIL FROM:<> SIZE=501' 'MAIL FROM:<> SIZE=500' | cut -d, -f3-)" " 552 5.3.4, 250 2.1.0"
is "a size that is none" "$(talk good 'EHLO me' 'MAIL FROM:<> SIZE=x' 'MAIL FROM:<> SIZE' 'MAIL FROM:<> SIZE=1' | cut -d, -f3-)" \
	" 501 5.5.4, 501 5.5.4, 250 2.1.0"
is "what was not offered" "$(talk bare 'EHLO me' 'MAIL FROM:<> SIZE=1' 'MAIL FROM:<> BODY=8BITMIME' 'MAIL FROM:<é@y>' | cut -d, -f2-)" \
	" 250 mx.ba, 555 5.5.4, 555 5.5.4, 553 5.6.7"
talk bare 'EHLO me|MAIL FROM:<>' >/dev/null
wait_for 10 grep -q what:early "$T/log/bare"; ok "who does not wait is noticed" $?
is "DATA refused" "$(mail bdat ann@y 6@y | cut -d, -f5)" " 502 5.5.1"
is "for BDAT" "$(talk bdat 'EHLO me' 'MAIL FROM:<>' 'RCPT TO:<joe@x>' 'BDAT 19|Message-ID: <7@y>' 'BDAT 4 LAST||hi' | cut -d, -f5-)" \
	" 250 2.0.0, 250 2.0.0"
is "which is the same to the log" "$(logged bdat msg | cut -f3-)" \
	"$(printf 'id:<7@y>\tsum:%s\tsize:23\tfrom:\tto:joe@x\tvia:BDAT\tutf8:0\trequiretls:0\treply:250 2.0.0 taken' "$(printf hi | sha256sum | cut -d' ' -f1)")"
is "drop=greet" "$(talk greet)" "gone"
is "drop=dot: taken, and not said" "$(mail dot ann@y 8@y | cut -d, -f6)" " gone"
is "and said the second time" "$(mail dot ann@y 8@y | cut -d, -f6)" " 250 2.0.0"
is "so it came twice" "$(logged dot msg | cut -f3 | tr '\n' ' ')" "id:<8@y> id:<8@y> "
timeout 1 python3 "$T/talk.py" "$T/ports" stall 'EHLO me' 'MAIL FROM:<>' >/dev/null
is "stall: nothing more comes" "$?" 124

# down NAME STATE
down() {
	echo "$*" >"$T/down.new"
	mv "$T/down.new" "$T/down"
	wait_for 10 cmp -s "$T/down" "$T/down.receivers"
}
bg python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.recv(100)
print("greeted", flush=True)
print("ended" if s.recv(100) == b"" else "not ended", flush=True)' "$(sed -n 's/^good .* //p' "$T/ports")" >"$T/client"
wait_for 10 grep -q greeted "$T/client"
down good down; ok "one that is down" $?
talk good >"$T/out" 2>&1; like "is not there" "$(cat "$T/out")" ConnectionRefused
wait_for 10 grep -q '^ended' "$T/client"; ok "and has left who was there" $?
is "others are" "$(talk norcpt)" "220 mx.no"
down good hang; ok "one that hangs" $?
timeout 1 python3 "$T/talk.py" "$T/ports" good >/dev/null
is "says nothing" "$?" 124
down good up; ok "up again" $?
is "it does" "$(talk good 'EHLO me')" "220 mx.go, 250 CHUNK"

# the largest message of all, where that is 1000 bytes
cat >"$T/small.py" <<'X'
import sys
sys.path.insert(0, sys.argv.pop(1))
import receiver
receiver.MESSAGE_MAX = 1000
receiver.main()
X
bg python3 -B "$T/small.py" "$W" --listen 127.0.0.1 --port 0 --ports "$T/ports.small" "$T/receivers" "$T/log.small" good
wait_for 10 test -s "$T/ports.small"
line=$(printf '%098d' 0)
nine="$line|$line|$line|$line|$line|$line|$line|$line|$line"
begin() { python3 "$T/talk.py" "$T/ports.small" good 'EHLO me' 'MAIL FROM:<>' 'RCPT TO:<joe@x>' "$@" | cut -d, -f5-; }
is "DATA: a message of 1000 bytes" "$(begin DATA "$nine|$line|.")" " 354 go on, 250 2.0.0"
is "and of 1001" "$(begin DATA "$nine|$line|x|.")" " 354 go on, gone"
is "BDAT: 1000 in two chunks" "$(begin "BDAT 900|$nine" "BDAT 100 LAST|$line")" " 250 2.0.0, 250 2.0.0"
is "and 1001" "$(begin "BDAT 900|$nine" "BDAT 101 LAST|$line|x")" " 250 2.0.0, 552 5.3.4"

for bad in 'resolver' 'a limit=1/0' 'a b=c' 'A' 'a drop=nowhere' 'a limit=10' 'a pause=-1' 'a
a' ''; do
	echo "$bad" >"$T/bad"
	status "bad: $(echo "$bad" | tr '\n' ' ')" 1 python3 "$W/receiver.py" --port 0 "$T/bad" "$T/log"
done
seq 250 | sed 's/^/r/' >"$T/bad"
limit() { PYTHONPATH=$W python3 -Bc 'import manners, sys; manners.load(sys.argv[1])' "$T/bad"; }
status "250 receivers" 0 limit
echo r251 >>"$T/bad"
status "and no more" 1 limit
PYTHONPATH=$W python3 -Bc 'import manners, sys; manners.load(sys.argv[1])' "$W/receivers"; ok "those of the world are understood" $?
done_testing
