#!/bin/sh
# What route -n says of a local address is what a client hears at RCPT, and
# what becomes of the message; what conf-build finds leaves an instance as it
# was.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local example.org --user bob --postmaster bob || exit 1
cat >>"$I/conf/aliases" <<'X'
alias@example.org: bob
dead@example.org: nobody
group@example.org: nobody, bob
ghosts@example.org: nobody, nowhere
loop@example.org: pool@example.org
pool@example.org: loop@example.org
run@example.org: "|true"
X
echo listed >"$I/conf/users"
conf-build "$I/conf" 2>/dev/null || exit 1
start_instance; ok "up" $?

# what is heard at RCPT, without its text
cat >"$T/rcpt.py" <<'X'
import smtplib, sys
c = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20)
c.ehlo(); c.mail("")
for a in sys.argv[2:]:
    print(c.rcpt(a)[0], a)
X
set -- bob@example.org Bob@EXAMPLE.org bob+list@example.org bob@localhost \
    nobody@example.org nobody+bob@example.org alias@example.org \
    alias+x@example.org dead@example.org group@example.org \
    ghosts@example.org loop@example.org run@example.org \
    listed@example.org postmaster@example.org root@localhost
python3 -B "$T/rcpt.py" "$port" "$@" >"$T/heard"
is "each was answered" "$(wc -l <"$T/heard")" $#
for a; do
	route -n "$I/conf" "$a" >"$T/out" 2>&1
	case $? in 0) said=250 ;; 100) said=550 ;; 111) said=451 ;; *) said=? ;; esac
	is "$a" "$said $a" "$(grep -F " $a" "$T/heard" | head -1)"
done
is "all three are among them" "$(cut -c1-3 "$T/heard" | sort -u | tr '\n' ' ')" "250 451 550 "

# by the queue, behind SMTP's back: the same
{ printf 'from bob@example.org\nto nobody@example.org\n\nSubject: x\n\nhi\n' >"$T/parcel"
  printf %d: "$(wc -c <"$T/parcel")"; cat "$T/parcel"; printf ,; } |
	queue-inject "$I/queue" >"$T/receipt"
back() { grep -rqs 'nobody@example.org' "$I/mail/bob/new"; }
wait_for 20 back; ok "a message for nobody comes back" $?

# two names: nothing is replaced, and the instance goes on
name=$(cat "$I/conf/me")
{ echo "$name"; echo other.example.org; } >"$I/conf/me"
echo 'to:@example.org reject:"closed"' >"$I/conf/routes"
status "two names in me" 100 rohrpost reload "$I"
like "are named with their line" "$(cat "$T/out" "$T/err")" "conf/me:2: a second name, which nobody reads: leave one line"
is "the old table is in force" "$(python3 -B "$T/rcpt.py" "$port" bob@example.org)" "250 bob@example.org"
stop_instance
done_testing
