#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
A=1j1bbfvqmdjl76geu51f B=1j1bbfvqmdjl76geu50v C=1j1bbfvqmdjl76geu60v D=1j1bbfvqmdjl76geu70v E=1j1bbfvqmdjl76geu80v
# ev SECOND REST: an event; at SECOND REST: any line with the logger's time
ev() { printf '2026-01-01T00:00:59.00000 ts:2026-01-01T00:00:%s.000000Z\tev:%s\n' "$1" "$2"; }
at() { printf '2026-01-01T00:00:%s.00000 %s\n' "$1" "$2"; }
# shown ARGUMENTS: what stands behind the time
shown() { log-show "$@" | sed 's/^ts:[^	]*	ev://; s/^20[^ ]* //' | tr '\n' ' '; }

mkdir a b none
{ ev 01 one; ev 05 five; } >a/@400000000000000000000001.s
{ ev 07 seven; at 09 'p: warning: nine'; echo 'no time at all'; ev 11 eleven; } >a/current
{ ev 02 two; at 04 'p: info: four'; } | gzip >b/@400000000000000000000001.s
{ ev 06 six; } >b/@400000000000000000000002.u
{ ev 08 eight; ev 10 ten; printf 'ts:2026-01-01T00:00:12.000000Z\tev:hal'; } >b/current
is "all, in the order of their times" "$(shown a b)" \
    "one two p: info: four five six seven eight p: warning: nine no time at all ten eleven "
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	is "the last $n" "$(log-show -n $n a b)" "$(log-show a b | tail -n $n)"
done
is "events are LTSV" "$(log-show a b | grep -c '^ts:2026-01-01T00:00:')" 8
is "of one" "$(shown b)" "two p: info: four six eight ten "
is "a file" "$(shown a/current)" "seven p: warning: nine no time at all eleven "
is "the end of a file" "$(shown -n 1 a/current)" "eleven "
status "no log in it" 0 log-show none
printf 'ts:2026-01-01T00:00:03.5Z\tev:old\n' >old
{ printf '@400000006955b90d0bebc200 x: tai\n'; printf '2026-01-01_00:00:01.50000 y: human\n'; } >older
is "other forms of time" "$(log-show old older a/current | head -3 | cut -d ' ' -f 2-)" "y: human
x: tai
ts:2026-01-01T00:00:03.5Z${tab}ev:old"
# a block's edge
python3 - <<'X'
for size in 65535, 65536, 65537:
    with open("edge%d" % size, "w") as f:
        for n in range(3):
            head = "ts:2026-01-01T00:00:0%d.0Z\tev:" % n
            f.write(head + "x" * (size - len(head) - 1) + "\n")
X
for s in 65535 65536 65537; do
	is "lines of $s bytes" "$(log-show -n 2 "edge$s" | wc)" "$(tail -n 2 "edge$s" | wc)"
done

# one message and what belongs to it
mkdir m n
{ ev 01 "accepted${tab}id:$A${tab}size:1"; ev 04 "accepted${tab}id:$B${tab}of:$A"; ev 05 "accepted${tab}id:$E"; } >m/current
{
	ev 02 "bounced${tab}id:$A${tab}n:0"
	at 03 "queue-run: warning: mess/1f/$A: odd"
	ev 04 "reported${tab}id:$A${tab}n:0${tab}report:$B"
	ev 06 "sent${tab}id:$B${tab}n:0${tab}text:forwarded as $C"
	ev 07 "sent${tab}id:$E${tab}n:0"
} >n/@400000000000000000000001.s
{ ev 06 "accepted${tab}id:$C${tab}of:$B"; ev 08 "sent${tab}id:$C${tab}n:0"; } >n/current
whole="accepted id:$A size:1 bounced id:$A n:0 queue-run: warning: mess/1f/$A: odd accepted id:$B of:$A reported id:$A n:0 report:$B sent id:$B n:0 text:forwarded as $C accepted id:$C of:$B sent id:$C n:0 "
for i in $A $B $C; do
	is "from $i" "$(shown -i $i m n | tr '\t' ' ')" "$whole"
done
is "one alone" "$(shown -i $E m n | tr '\t' ' ')" "accepted id:$E sent id:$E n:0 "
is "two" "$(log-show -i $E -i $C m n | wc -l)" 10
status "nobody" 1 log-show -i $D m n
is "says nothing" "$(cat out err)" ""
is "half a name is none" "$(log-show -i 1j1bbfvqmdjl76geu5 m 2>&1)" "log-show: fatal: usage: log-show [-f] [-i ID] [-n COUNT] LOG..."

# what an old log may have
printf 'ts:2026-01-01T00:00:01.0Z\tev:sent\ttext:\033[2J\302\233\303\244\nx: \007\n' >raw
is "no control character comes out" "$(log-show raw | tr '\t' ' ')" 'ts:2026-01-01T00:00:01.0Z ev:sent text:\x1b[2J\xc2\x9bä
x: \x07'

# following
mkdir f g
ev 01 one >f/current; ev 02 two >g/current
bg log-show -f f g >follow 2>follow.err
show_pid=$bg_pid
lines() { [ "$(wc -l <follow)" -ge "$1" ]; }
wait_for 5 lines 2; ok "what is there" $?
ev 03 three >>f/current
printf '2026-01-01T00:00:04.00000 half' >>g/current
wait_for 5 lines 3; ok "and what comes" $?
echo ' a line' >>g/current
wait_for 5 lines 4; ok "a line when it is whole" $?
ev 05 five >>f/current
mv f/current f/@400000000000000000000001.s
ev 06 six >f/current
wait_for 5 lines 6; ok "through a rotation" $?
ev 07 seven >f/next
mv f/current f/@400000000000000000000002.s; ev 08 eight >f/current
mv f/next f/@400000000000000000000003.s
wait_for 5 lines 8; ok "and two at once" $?
# of two logs, the later line written first
now() { date -u "+%Y-%m-%dT%H:%M:%S.%6NZ"; }
first=$(now); second=$(now)
printf 'ts:%s\tev:second\n' "$second" >>g/current; printf 'ts:%s\tev:first\n' "$first" >>f/current
wait_for 5 lines 10; ok "both" $?
is "all of it, once and in order" "$(sed 's/^ts:[^	]*	ev://; s/^20[^ ]* //' follow | tr '\n' ' ')" \
    "one two three half a line five six seven eight first second "
kill $show_pid; wait $show_pid 2>/dev/null
is "without a word" "$(cat follow.err)" ""
mkfifo pipe
log-show -f f >pipe 2>err & p=$!
head -1 <pipe >/dev/null
wait $p; is "the reader goes: it ends" $? 111
ev 01 "accepted${tab}id:$A" >f/current
bg log-show -f -i $A f >follow 2>follow.err
wait_for 5 lines 1
{ ev 02 "accepted${tab}id:$E"; ev 03 "reported${tab}id:$A${tab}report:$B"; ev 04 "accepted${tab}id:$C${tab}of:$D"; ev 05 "sent${tab}id:$B"; } >>f/current
wait_for 5 lines 3; ok "one message and its report" $?
is "nothing else" "$(cut -f 2,3 follow | tr '\t\n' '  ')" "ev:accepted id:$A ev:reported id:$A ev:sent id:$B "

# faults
status "no log" 100 log-show
status "no such option" 100 log-show -x a
status "count 0" 100 log-show -n 0 a
status "count: at the limit" 0 log-show -n 1000000000 a
status "count: above it" 100 log-show -n 1000000001 a
status "no such log, and another" 111 log-show nowhere a
like "said" "$(cat err)" "log-show: warning: unable to read nowhere: "
is "the other is shown" "$(wc -l <out)" 6
mkdir b/@400000000000000000000003.s
status "a file that is none" 111 log-show b
gzip -c a/current | head -c 40 >a/@400000000000000000000003.s
status "a compressed one that is cut" 111 log-show a
like "said" "$(cat err)" "unable to decompress a/@400000000000000000000003.s"
log-show m >/dev/full 2>err; is "/dev/full" $? 111
log-show m >&- 2>/dev/null; is "descriptor 1 closed" $? 111
{ printf 'ts:2026-01-01T00:00:01.0Z\tev:'; head -c 1048547 /dev/zero | tr '\0' x; echo; } >long
is "a line at the limit" "$(log-show long | wc -c)" 1048577
{ printf 'ts:2026-01-01T00:00:01.0Z\tev:'; head -c 1048548 /dev/zero | tr '\0' x; echo; } >long
status "one byte more" 111 log-show long
like "is left out" "$(cat err)$(wc -c <out)" "long: a line is too long.*0$"
done_testing
