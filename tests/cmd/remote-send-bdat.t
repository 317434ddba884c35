#!/bin/sh
# BDAT because it is wanted, and the message with its commands.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\n.hello\n' >small
head -c 16384 /dev/zero | tr '\0' x >edge
head -c 16385 /dev/zero | tr '\0' x >above
# job ID FILE [LABEL:VALUE...]: to ID@, at $port
job() {
	job_id=$1 job_file=$2; shift 2
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:%s\tfile:%s\tsite:s\tmx:h.test/%s/127.0.0.1\ttls:none' \
		"$job_id" "$job_id" "$(wc -c <"$job_file")" "$T/$job_file" "$port"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
# mx NAME [fakemx options] -- RULES...
mx() {
	mx_dir=$1; shift
	mkdir "$mx_dir"
	mx_opt=
	while [ "$1" != -- ]; do mx_opt="$mx_opt $1"; shift; done
	shift
	# shellcheck disable=SC2086
	bg python3 "$tools/fakemx.py" $mx_opt "$mx_dir" "$@"
	wait_for 10 test -s "$mx_dir/port"
	port=$(cat "$mx_dir/port")
}
# commands but QUIT, whose sender does not wait for it to be read
said() { sed -n 's/^[0-9]* > \([A-Z]*\).*/\1/p' "$1/log" | grep -v QUIT | tr '\n' ' '; }
got() { cut -f 1-6 out | sort | sed 's/id:\([^	]*\)	n:0	status:\([a-z]*\)	/\1 \2 /' | tr '\t' ' '; }
all=PIPELINING,CHUNKING

# a server that answers no command before the message is there
cat >silent.py <<'P'
import socket
l = socket.socket()
l.bind(("127.0.0.1", 0))
l.listen(5)
print(l.getsockname()[1], flush=True)
while True:
    s, _ = l.accept()
    f = s.makefile("rwb", buffering=0)
    f.write(b"220 x\r\n")
    f.readline()
    f.write(b"250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n")
    asked = []
    while True:
        line = f.readline()
        if not line:
            break
        asked.append(line.split()[0].decode())
        if asked[-1] == "BDAT":
            n, body = int(line.split()[1]), b""
            while len(body) < n:
                body += f.read(n - len(body))
            f.write(b"250 2.0.0 ok\r\n" * len(asked))
            open("silent.log", "a").write(" ".join(asked) + " %d\n" % n)
            asked = []
        elif asked[-1] == "QUIT":
            f.write(b"221 x\r\n")
            break
    s.close()
P
bg python3 silent.py >silent.port
wait_for 10 test -s silent.port; port=$(cat silent.port)
{ job a small; job b edge; job c small; } >jobs
status "one round trip for a message" 0 remote-send -B -s 1 -e 60 -t mail=20 <jobs
is "all are sent" "$(grep -c status:sent out)" 3
is "each with its commands, also the second of a connection" "$(cat silent.log)" "MAIL RCPT BDAT 22
MAIL RCPT BDAT 16386
MAIL RCPT BDAT 22"
job a above >jobs
status "a larger one waits" 0 remote-send -B -e 60 -t mail=1 <jobs
like "for what is said of its commands" "$(cat out)" 'status:deferred.*class:timeout.*phase:mail'

# where it is wanted, and where not
mx one --ext "$all" -- 'rcpt~<no@=550 5.1.1 no'
{ job a small; job b above; job no small; job d edge; } >jobs
status "-B" 0 remote-send -B -s 1 -e 20 <jobs
is "each has his answer" "$(got)" "a sent code:250 esc:2.0.0 host:h.test
b sent code:250 esc:2.0.0 host:h.test
d sent code:250 esc:2.0.0 host:h.test
no bounced code:550 esc:5.1.1 class:rcpt"
is "no DATA, RSET behind a message that nobody took" "$(said one)" "EHLO MAIL RCPT BDAT MAIL RCPT BDAT MAIL RCPT RSET MAIL RCPT BDAT "
printf 'Subject: x\r\n\r\n.hello\r\n' | cmp - one/msg.1; ok "no dot is doubled" $?
: >one/log
job a small >jobs
status "not by itself" 0 remote-send -e 20 <jobs
job a small bdat:1 >jobs
status "a label wants it" 0 remote-send -e 20 <jobs
job a small bdat:0 >jobs
status "or not" 0 remote-send -B -e 20 <jobs
is "as it was said" "$(said one | tr ' ' '\n' | grep -E 'DATA|BDAT' | tr '\n' ' ')" "DATA BDAT DATA "
mx two --ext PIPELINING --
job a small bdat:1 >jobs
status "not offered" 0 remote-send -B -e 20 <jobs
is "is DATA" "$(said two)" "EHLO MAIL RCPT DATA "
mx three --ext CHUNKING --
job a small >jobs
status "no pipelining" 0 remote-send -B -e 20 <jobs
is "is sent" "$(grep -c status:sent out) $(said three)" "1 EHLO MAIL RCPT BDAT "

# offered, and not kept: DATA from then on
for code in 500 502 503 504; do
	mx "no$code" --ext "$all" -- "dot@1=$code what"
	{ job a small; job b small; } >jobs
	status "$code to BDAT" 0 remote-send -B -s 1 -e 20 <jobs
	is "costs no message, and is remembered" "$(got | cut -d' ' -f1-4)" "a deferred code:$code esc:4.0.0
b sent code:250 esc:2.0.0"
	is "by another connection" "$(said "no$code")" "EHLO MAIL RCPT BDAT EHLO MAIL RCPT DATA "
done
mx no554 --ext "$all" -- 'dot=554 5.7.1 spam'
job a small >jobs
status "another refusal" 0 remote-send -B -e 20 <jobs
is "is one of the message" "$(got)" "a bounced code:554 esc:5.7.1 class:dot"

# lost with the message on its way
mx lost --ext "$all" -- 'mail=close'
job a small >jobs
status "lost" 0 remote-send -B -e 20 <jobs
like "is in doubt" "$(cat out)" 'status:deferred.*doubt:1.*phase:mail'
# an idle connection that the server has closed costs nothing
mx idle --ext "$all" -- 'mail@2=close'
{ job a small; } >first; job b small >second
{ cat first; wait_for 60 grep -q status:sent idle.out; cat second; } | remote-send -B -s 1 -e 20 -t idle=60 >idle.out 2>err
is "an idle one is asked first" "$(grep -c status:sent idle.out) $(grep -c doubt:1 idle.out)" "2 0"
is "and the message kept" "$(said idle)" "EHLO MAIL RCPT BDAT MAIL EHLO MAIL RCPT BDAT "
# a large message goes in several pieces, each one a BDAT
{ printf 'Subject: x\n\n'; seq 40000; } >large
sed 's/$/\r/' large >large.wire
sizes() { sed -n 's/^[0-9]* > BDAT \(.*\)/\1/p' "$1/log"; }
mx pieces --ext "$all" --
{ job a large; job b small; } >jobs
status "a large message" 0 remote-send -B -s 1 -e 60 <jobs
is "is sent, and the next one behind it" "$(grep -c status:sent out) $(said pieces)" "2 EHLO MAIL RCPT BDAT BDAT BDAT BDAT MAIL RCPT BDAT "
cmp large.wire pieces/msg.1; ok "as it is" $?
is "of 65,536 bytes of the file" "$(sizes pieces | head -3 | grep -vc LAST) $(sizes pieces | head -4 | awk '{ n += $1; last += $2 == "LAST" } END { print n, last }')" "3 $(wc -c <large.wire) 1"
mx whole --ext CHUNKING --
job a large >jobs
status "no pipelining" 0 remote-send -B -e 60 <jobs
is "has one" "$(grep -c status:sent out) $(sizes whole)" "1 $(wc -c <large.wire) LAST"
# 65,536 bytes are one piece, and one more two
head -c 65536 large >exact; head -c 65537 large >more
mx edges --ext "$all" --
{ job a exact; job b more; } >jobs
status "at the limit" 0 remote-send -B -s 1 -e 60 <jobs
is "and one above" "$(said edges)" "EHLO MAIL RCPT BDAT MAIL RCPT BDAT BDAT "

# refused in the middle: the rest has no meaning, and is not sent
mx big --ext "$all" -- 'chunk@2=552 5.3.4 too large'
{ job a large; job b small; } >jobs
status "refused in the middle" 0 remote-send -B -s 1 -e 60 <jobs
is "has the server's answer, and the next one another connection" "$(got)" "a bounced code:552 esc:5.3.4 class:block
b sent code:250 esc:2.0.0 host:h.test"
is "nothing is in doubt" "$(grep -c doubt: out)" 0
mx full --ext "$all" -- 'chunk@3=452 4.3.1 no room'
job a large >jobs
status "for now" 0 remote-send -B -e 60 <jobs
is "is deferred" "$(got)" "a deferred code:452 esc:4.3.1 class:block"
mx unknown --ext "$all" -- 'chunk@1=502 what'
{ job a large; job b large; } >jobs
status "the first is not known" 0 remote-send -B -s 1 -e 60 <jobs
is "is put off, and DATA from then on" "$(got | cut -d' ' -f1-4)" "a deferred code:502 esc:4.0.0
b sent code:250 esc:2.0.0"
mx gone --ext "$all" -- 'chunk@2=close'
job a large >jobs
status "lost in the middle" 0 remote-send -B -e 60 <jobs
like "is deferred" "$(cat out)" 'status:deferred'
mx later --ext "$all" -- 'chunk@2=421 4.3.2 going'
job a large >jobs
status "421 in the middle" 0 remote-send -B -e 60 <jobs
like "is deferred" "$(cat out)" 'status:deferred'
# an answer before all of a piece is there
cat >early.py <<'P'
import socket
l = socket.socket()
l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
l.bind(("127.0.0.1", 0))
l.listen(5)
print(l.getsockname()[1], flush=True)
s, _ = l.accept()
f = s.makefile("rwb", buffering=0)
f.write(b"220 x\r\n")
f.readline()
f.write(b"250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n")
while True:
    line = f.readline()
    if line[:4] == b"BDAT":
        f.write(b"552 5.3.4 too large\r\n")
        break
    f.write(b"250 2.0.0 ok\r\n")
import time
time.sleep(600)
P
bg python3 early.py >early.port
wait_for 10 test -s early.port; port=$(cat early.port)
{ head -c 20000000 /dev/zero | tr '\0' x; } >huge
job a huge >jobs
status "refused before it is there" 0 remote-send -B -e 60 -t block=50 <jobs
is "is refused" "$(got)" "a bounced code:552 esc:5.3.4 class:block"
done_testing
