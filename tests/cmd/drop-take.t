#!/bin/sh
# What sendmail leaves is in tests/chain/drop.t and tests/lib/sendmail/drop.c; here is
# what becomes of it, and of what others put beside it.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake=$top/tests/tools/fakeinject.py
mkdir -p D/new D/bad in DIR/conf
echo me.example >DIR/conf/me
ln -s ../D DIR/drop

status "no argument" 100 drop-take
status "no next link" 100 drop-take D
status "an option" 100 drop-take -x D cat
status "-C without value" 100 drop-take -C
status "no name of this host" 111 drop-take -C nowhere D cat
status "no drop" 111 drop-take nowhere cat
mkdir E E/new
status "half a drop" 111 drop-take E cat
ln -s ../D/bad E/bad
status "a symbolic link in place of a folder" 111 drop-take E cat
status "descriptor 1 closed" 111 sh -c 'drop-take D cat >&-'
# no /dev/full: nothing is written but diagnostics

id=0
# leave [ENVELOPE-LINE]: a parcel in the drop
leave() {
	id=$((id + 1))
	parcel "$(printf 'from a@b\nto c@d%s\n\nS: %d\n\nx\n.' "${1:+
$1}" $id)" >"$T/p" && mv "$T/p" "D/new/$((1000 + id)).$(printf %024x $id)"
}
parcel() {
	python3 -c 'import sys; b = sys.argv[1][:-1].encode(); sys.stdout.buffer.write(b"%d:%s," % (len(b), b))' "$1"
}
left() { ls -A D/new | wc -l; }
# taking ANSWERS: until it is told to stop
taking() { rm -f in/*; bg drop-take -C DIR/conf D "$fake" in "$1" 2>err; }
# stopped: ends it; its status
stopped() { kill "$bg_pid"; wait "$bg_pid"; }
none_left() { [ "$(left)" = 0 ]; }
got() { [ -e "in/$1.msg" ]; }

leave; leave 'tag x=y'; leave 'prio 0'
taking K
wait_for 10 none_left; ok "all are handed in" $?
is "in their order" "$(cat in/*.msg | grep ^S:)" "S: 1
S: 2
S: 3"
is "whole" "$(cat in/1.env in/1.msg)" "from a@b
to c@d
proto local
uid $(id -u)
S: 1

x"
is "what a user may say is kept" "$(grep -c 'tag x=y' in/2.env)" 1
is "what he may not say is not" "$(grep -c prio in/3.env)" 0
is "each is told" "$(cat err)" "drop-take: info: uid $(id -u): queued as fake0001
drop-take: info: uid $(id -u): queued as fake0002
drop-take: info: uid $(id -u): queued as fake0003"
leave
wait_for 10 none_left; ok "one that comes later" $?
stopped; is "told to stop" $? 0

# told to stop while one is under way
leave; leave; rm -f in/*
taking G
wait_for 10 got 1
kill "$bg_pid"
is "it is still there" "$(left)" 2
touch in/go
wait "$bg_pid"; is "its receipt is awaited" $? 0
is "and it is gone, the next one is not begun" "$(left) $(ls in/*.msg | wc -l)" "1 1"

# other receipts
leave
taking Z
wait_for 10 grep -q "^drop-take: warning: not taken now: 4.3.1" err; ok "not now" $?
stopped
is "they stay" "$(left)" 2
taking K; wait_for 10 none_left; ok "until they are taken" $?; stopped
leave; taking D
wait_for 10 none_left; ok "refused: it does not stay" $?
stopped
is "and is kept for people" "$(ls D/bad | wc -l)" 1
like "and said" "$(cat err)" "^drop-take: warning: set aside bad/.* of uid $(id -u): 5.7.1 refused\$"
rm -f D/bad/*

# refused: it goes back to its sender, if he wants it
is_one() { [ "$(left)" = 1 ]; }
leave; taking DK
wait_for 10 none_left; ok "refused: it does not stay" $?
stopped
is "it goes back" "$(cat in/2.env)" "from
to a@b
proto local"
is "with the reason" "$(sed -n 's/^\(Final-Rec\|Status\|Diag\).*: //p' in/2.msg)" "rfc822; c@d
5.7.1
x-rohrpost; refused"
is "and the message" "$(sed -n '/^Content-Type: message.rfc822/,$p' in/2.msg | sed -n '3,5p')" "S: $id

x"
is "nothing is set aside" "$(ls D/bad | wc -l)" 0
like "and said" "$(cat err)" "^drop-take: info: uid $(id -u): returned as fake0002: 5.7.1 refused\$"
leave; taking DZ
wait_for 10 grep -q 'not taken now' err; ok "the report is not taken now" $?
stopped; is "it stays" "$(left)" 1
taking DX; wait_for 10 grep -q 'has not taken' err; ok "a chain that dies over the report" $?
stopped; is "it stays" "$(left)" 1
taking DK; wait_for 10 none_left; ok "and goes back at last" $?; stopped
# send-parcel FROM TO-LINES
refused() {
	id=$((id + 1))
	parcel "$(printf 'from %s\n%s\n\nS: x\n\nx\n.' "$1" "$2")" >"$T/p"
	mv "$T/p" "D/new/$((1000 + id)).$(printf %024x $id)"
	taking DK
	wait_for 10 none_left; stopped
}
refused '' 'to c@d'
is "from nobody: set aside" "$(ls in/*.msg | wc -l) $(ls D/bad | wc -l)" "1 1"
refused a@b 'to c@d NOTIFY=NEVER'
is "no report wanted: set aside" "$(ls in/*.msg | wc -l) $(ls D/bad | wc -l)" "1 2"
refused a@b 'to c@d NOTIFY=SUCCESS
to e@f NOTIFY=DELAY,FAILURE
to "g h"@i'
is "of those that want one" "$(sed -n 's/^Final-Recipient: //p' in/2.msg)" 'rfc822; e@f
rfc822; "g h"@i'
refused a@b 'to c@d
ret HDRS'
is "the header alone" "$(grep -c '^Content-Type: text/rfc822-headers' in/2.msg)" 1
rm -f D/bad/*

# none of it can be read: its owner hears of it, and it is kept
owner=$(id -un)@me.example
# one is zeros behind its middle, one ends there, as after a power cut
for i in 1 4; do
	parcel "$(printf 'from a%d@b\nto c@d\n\nS: cut\n\n%070000d\n.' $i 0)" >"$T/p"
	size=$(wc -c <"$T/p")
	truncate -s 60000 "$T/p"
	[ $i = 4 ] || truncate -s "$size" "$T/p"
	mv "$T/p" "D/new/$i.$(printf %024x $i)"
done
: >"D/new/2.$(printf %024x 2)"
parcel "$(printf 'from a@b\n\nS: x\n\nx\n.')" >"D/new/3.$(printf %024x 3)"
taking K
wait_for 10 none_left; ok "four that are none" $?
stopped
is "are kept" "$(ls D/bad | wc -l)" 4
is "their owner is told, or the sender" "$(cat in/?.env | grep ^to)" "to a1@b
to $owner
to $owner
to a4@b"
like "why" "$(cat in/1.msg)" '^Diagnostic-Code: x-rohrpost; no parcel$'
is "and of what" "$(grep -c '^S: cut$' in/1.msg) $(grep -c '^S: cut$' in/4.msg)" "1 1"
like "of whom is not known" "$(cat in/2.msg)" '^Final-Recipient: rfc822; unknown$'
rm -f D/bad/*
leave; taking X
wait_for 10 grep -q 'has not taken' err; ok "a chain that dies" $?
is "it stays" "$(left)" 1
stopped
leave; rm -f in/*; bg drop-take D unix:nowhere 2>err
wait_for 10 grep -q 'unable to run unix:nowhere' err; ok "no next link" $?
stopped; is "they stay" "$? $(left)" "0 2"
taking K; wait_for 10 none_left; ok "until there is one" $?; stopped

# what is none: none of it holds up the others
mkfifo "D/new/1.$(printf %024x 1)"
ln -s /etc/passwd "D/new/2.$(printf %024x 2)"
echo junk >"D/new/3.$(printf %024x 3)"
: >"D/new/4.$(printf %024x 4)"
truncate -s 2000000000 "D/new/5.$(printf %024x 5)"
mkdir "D/new/6.$(printf %024x 6)" D/new/folder
parcel "$(printf 'from a@b\nto c@d\n\nx\n.')" >linked
ln linked "D/new/7.$(printf %024x 7)"
echo x >D/new/other
parcel "$(printf 'from a@b\nto c@d\n\nx\n.')" >"D/new/.$(printf %024x 8)"
cp "D/new/.$(printf %024x 8)" "D/new/.$(printf %024x 9)"
touch -d '2 days ago' "D/new/.$(printf %024x 9)"
leave
taking K
wait_for 10 got 1; ok "the good one is taken" $?
wait_for 10 is_one
stopped
is "what is being written stays" "$(ls -A D/new)" ".$(printf %024x 8)"
is "what had a good name is set aside" "$(ls D/bad | cut -c 1-2 | tr '\n' ' ')" "1. 2. 3. 4. 5. 7. "
is "and said" "$(grep -c 'set aside' err)" 6
is "of those that are files of one name their owner is told" "$(grep -l "^to $owner" in/*.env | wc -l)" 3
is "only one was handed in" "$(grep -l "^to c@d" in/*.env | wc -l)" 1
rm -rf D/bad/* D/new/.0*

# bad has a limit: at it, and one above
i=0
while [ $i -lt 999 ]; do : >"D/bad/$i"; i=$((i + 1)); done
echo junk >"D/new/1.$(printf %024x 1)"
echo junk >"D/new/2.$(printf %024x 2)"
leave
taking K
wait_for 10 is_one; ok "one more is set aside" $?
wait_for 10 grep -q 'bad is full' err; ok "bad is full" $?
is "and the other one stays" "$(ls D/new)" "2.$(printf %024x 2)"
rm -f D/bad/*
wait_for 10 none_left; ok "until there is room" $?
i=0
while [ $i -lt 999 ]; do : >"D/bad/$i"; i=$((i + 1)); done
echo junk >"D/new/3.$(printf %024x 3)"
twice() { [ "$(grep -c 'bad is full' err)" = 2 ]; }
wait_for 10 twice; ok "full once more is said once more" $?
stopped
rm -rf D/bad/* D/new/*

# its owner puts a folder where his file was, while it is handed in, which
# holds up nobody: K, and what goes back and is to be kept
once() {
	rm -f in/* once
	bg drop-take -C DIR/conf D sh -c "[ -e once ] || { : >once; rm $1; mkdir $1; : >$1/x; }
exec $fake in K" 2>err
}
no_files() { [ -e once ] && [ -z "$(find D/new -maxdepth 1 -type f)" ]; }
leave; once "$(ls D/new/*)"; leave
wait_for 10 no_files; ok "a folder in its place: the next one is handed in" $?
stopped; rm -rf D/new/*
echo junk >"D/new/1.$(printf %024x 1)"; once "D/new/1.$(printf %024x 1)"
leave
wait_for 10 no_files; ok "also where it was to be kept" $?
stopped; rm -rf D/new/* D/bad/*
echo junk >"D/new/1.$(printf %024x 1)"; mkdir "D/bad/1.$(printf %024x 1)"
leave
taking K
wait_for 10 none_left; ok "a folder of its name in bad" $?
stopped; rm -r D/bad/*

# a user's share of a round, at its end the chain is run anew: at the limit,
# and one above
for n in 20 21; do
	i=0
	while [ $i -lt $n ]; do leave; i=$((i + 1)); done
	taking K
	wait_for 20 none_left; ok "$n of one user" $?
	stopped
	is "at most 20 in a round" "$(ls in/*.msg | wc -l)" 20
done
large() {
	id=$((id + 1))
	python3 - "$1" >"$T/p" <<'X'
import sys
body = b"from a@b\nto c@d\n\n" + b"x" * (int(sys.argv[1]) - 1) + b"\n"
sys.stdout.buffer.write(b"%d:%s," % (len(body), body))
X
	mv "$T/p" "D/new/$((1000 + id)).$(printf %024x $id)"
}
for n in 8388607:3 8388608:2; do
	for _ in 1 2 3; do large ${n%:*}; done
	taking K
	wait_for 20 none_left; ok "three of ${n%:*} bytes" $?
	stopped
	is "${n#*:} in a round" "$(ls in/*.msg | wc -l)" "${n#*:}"
done

# from sendmail, small and large
{ printf 'Subject: s\n\n'; yes 'a line of a message' | head -50000; } >mail
for n in 10 50000; do
	sed "$((n + 2))q" mail | ROHRPOST_DIR="$T/DIR" sendmail -f a@b c@d 2>err
	is "sendmail, $n lines" $? 0
	is "is silent" "$(cat err)" ""
	taking K
	wait_for 10 none_left; ok "it is taken" $?
	stopped
	is "all of it" "$(sed '1,/^$/d' in/1.msg | md5sum)" "$(sed '1,2d' mail | sed "${n}q" | md5sum)"
done
done_testing
