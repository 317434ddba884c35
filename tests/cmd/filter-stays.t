#!/bin/sh
# filter -l: programs that stay, and have one message after the other.
# no bad usage: tests/cmd/filter.t has it
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir tmp
export TMPDIR="$T/tmp"
# what it does is the first word of the subject
cat >stays.py <<'Y'
import os, sys, time
rd, wr = sys.stdin.buffer, sys.stdout.buffer
open("pids", "a").write("%d\n" % os.getpid())
def say(data):
    wr.write(b"%d:%s," % (len(data), data))
    wr.flush()
while True:
    head = b""
    while not head.endswith(b":"):
        c = rd.read(1)
        if not c:
            sys.exit(0)
        head += c
    parcel = rd.read(int(head[:-1]))
    rd.read(1)
    env, msg = parcel.split(b"\n\n", 1)
    word, _, rest = msg.split(b"\n", 1)[0].partition(b" ")[2].partition(b" ")
    if word == b"new":
        say(b"M" + msg.replace(b"body", b"mind"))
    elif word == b"crlf":
        say(b"MSubject: x\r\n\r\na\rb")
    elif word == b"big":
        say(b"MSubject: x\n\n" + b"0123456789\n" * 500000)
    elif word == b"env":
        say(b"D" + env.replace(b"\n", b"/"))
    elif word == b"raw":
        wr.write(rest); wr.flush()
    elif word == b"die":
        os._exit(1)
    elif word == b"hang":
        time.sleep(1000)
    elif word == b"talk":
        sys.stderr.write("a word\n" * 100); sys.stderr.flush(); say(b"K")
    elif word == b"size":
        say(b"D%d" % len(msg))
    elif word == b"once":
        new = not os.path.exists("once")
        open("once", "w").close()
        if new:
            os._exit(1)
        say(b"K")
    else:
        say(word + rest)
Y
parcel() {
	{ printf 'from a@b.example\nto c@d.example\n\nSubject: %s\n\nbody\n' "$1"; } >content
	printf '%d:' "$(wc -c <content)"; cat content; printf ,
}
link() {
	rm -rf got; mkdir got
	rm -f pids
	timeout 100 filter -l "$@" { python3 stays.py } python3 "$tools/fakeinject.py" got K <in >out 2>err
}
receipts() { sed 's/,[0-9]*:/ /g; s/^[0-9]*://; s/,$//' out; }
verdicts() { grep -o 'verdict:[a-z]*' err | tr '\n' ' '; }
while IFS='|' read -r word want verdict; do
	parcel "$word" >in
	link -w 30
	is "$word" "$(receipts) $(verdicts)" "$want verdict:$verdict "
done <<'Y'
K|Kfake0001|pass
new|Kfake0001|pass
T spam=yes|Kfake0001|tag
T spam|Z4.3.0 python3 cannot say now, try again later|defer
D not this one|D5.7.1 not this one|reject
D|D5.7.1 refused by python3|reject
Z busy|Z4.3.0 python3 cannot say now, try again later|defer
X what|Z4.3.0 python3 cannot say now, try again later|defer
raw 0:,|Z4.3.0 python3 cannot say now, try again later|defer
raw what|Z4.3.0 python3 cannot say now, try again later|defer
raw 1:KK|Z4.3.0 python3 cannot say now, try again later|defer
raw 999999999:M|Z4.3.0 python3 cannot say now, try again later|defer
die|Z4.3.0 python3 cannot say now, try again later|defer
env|D5.7.1 from a@b.example/to c@d.example|reject
Y
parcel hang >in; link -w 1
is "hang" "$(receipts) $(verdicts)" "Z4.3.0 python3 cannot say now, try again later verdict:defer "
like "why" "$(cat err)" 'text:the program took too long'
parcel 'T spam=yes' >in; link
is "a tag" "$(tail -1 got/1.env)" "tag spam=yes"
parcel new >in; link -c
is "-c: it stays as it is" "$(tail -1 got/1.msg)" "body"
parcel new >in; link
is "another message" "$(tail -1 got/1.msg)" "mind"
parcel crlf >in; link
is "line ends" "$(tail -1 got/1.msg)" "a b"
parcel big >in; link
is "a large one" "$(wc -c <got/1.msg)" 5500012
parcel talk >in; link
is "what it says is logged" "$(grep -c 'info: python3.*: a word' err) $(receipts)" "100 Kfake0001"
{ printf 'from a\nto b\n\nSubject: size\n\n'; seq 1 400000; } >content
(printf '%d:' "$(wc -c <content)"; cat content; printf ,) >in
link
is "a large message is handed over whole" "$(receipts)" "D5.7.1 $(($(wc -c <content) - 13))"

# many: one program for all of them, and each answer in its place
for i in $(seq 300); do parcel "D number $i"; done >in
link -n 1
is "300 messages, each its own answer" "$(receipts | tr ' ' '\n' | grep -E '^[0-9]+$' | tr '\n' ' ')" "$(seq -s ' ' 300) "
is "one program" "$(wc -l <pids)" 1
link -n 3
is "three programs: in their places, too" "$(receipts | tr ' ' '\n' | grep -E '^[0-9]+$' | tr '\n' ' ')" "$(seq -s ' ' 300) "
[ "$(wc -l <pids)" -le 3 ]; ok "not more than three" $?
# one that dies takes with it the message that it was at, and nothing else
{ for i in 1 2 3; do parcel K; done; parcel once; for i in 1 2 3; do parcel K; done; } >in
rm -f once
link -n 1
is "one dies" "$(receipts | grep -o 'Kfake\|Z4.3.0' | sort -u | tr '\n' ' ')$(grep -c . pids)" "Kfake Z4.3.0 2"
is "all are answered, one for the time being" "$(receipts | grep -o 'Kfake' | wc -l) $(receipts | grep -o 'Z4.3.0' | wc -l)" "6 1"
# the shell
printf 'Subject: new\n\nbody\n' >msg
filter -l -E 'from a' { python3 stays.py } <msg >out 2>err
is "alone" "$? $(cat out)" "0 $(sed s/body/mind/ msg)"
link2() { timeout 20 filter -l { no-such-program } sh -c 'cat >/dev/null' <in >out 2>err; }
parcel K >in; link2
like "no such program: not now" "$(cat out)" ':Z4.3.0 '
like "it is said" "$(cat err)" 'filter: warning: unable to run no-such-program: No such file'
timeout 20 filter -l { python3 stays.py } sh -c 'exit 1' <in >out 2>err
is "the next link dies" $? 111
gone() { for p in $(cat pids); do ! kill -0 "$p" 2>/dev/null || return 1; done; }
wait_for 10 gone; ok "no program is left" $?
is "no file is left" "$(ls tmp)" ""
done_testing
