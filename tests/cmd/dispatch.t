#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
printf 'id:1\tvia:local\nid:2\tvia:pool1\nid:3\tvia:pool22\nid:4\nid:5\tvia:loca\nid:6\tvia:localx\n' >jobs
# who: id=answered by
who() { sed -n 's/^id:\([0-9]*\).*by:\([a-z]*\).*/\1=\2/p' out | sort | tr '\n' ' '; }
status "exact, prefix, default" 0 dispatch via:local { answer by:a } 'via:pool*' { answer by:b } { answer by:c } <jobs
is "by the first that matches" "$(who)" "1=a 2=b 3=b 4=c 5=c 6=c "
is "says nothing" "$(cat err)" ""
status "the first match wins" 0 dispatch 'via:*' { answer by:a } via:local { answer by:b } { answer by:c } <jobs
is "in order" "$(who)" "1=a 2=a 3=a 4=c 5=a 6=a "
status "only a default" 0 dispatch { answer by:a } <jobs
is "takes all" "$(who)" "1=a 2=a 3=a 4=a 5=a 6=a "
now=$(date +%s)
status "nothing matches" 0 dispatch via:pool1 { answer by:a } <jobs
is "later" "$(grep -c 'status:later' out)" 5
next=$(sed -n 's/^id:1.*next:\([0-9]*\).*/\1/p' out)
[ "$((next - now))" -ge 59 ] && [ "$((next - now))" -le 70 ]
ok "asks again in a minute" $?
like "says why" "$(cat out)" "^id:1${tab}via:local${tab}status:later${tab}text:no next link for this job${tab}next:[0-9]+$"
status "nests" 0 dispatch 'via:*' { dispatch via:local { answer by:a } { answer by:b } } { answer by:c } <jobs
is "inner blocks" "$(who)" "1=a 2=b 3=b 4=c 5=b 6=b "
printf 'id:1\ttag:a=1\ttag:b=2\n' >tags
status "a label that repeats" 0 dispatch tag:b=2 { answer by:a } { answer by:b } <tags
is "any of its fields" "$(who)" "1=a "
printf 'id:1\tvia:*\tx:\nid:2\n' >star
status "empty value" 0 dispatch x: { answer by:a } { answer by:b } <star
is "is not a missing label" "$(who)" "1=a 2=b "
printf 'bad\nid:1\n' >bad
status "what is no job" 0 dispatch { answer by:a } <bad
is "is not passed on" "$(cat out)" "id:1${tab}by:a"
is "and said" "$(cat err)" "dispatch: warning: no job: bad"

status "no blocks" 100 dispatch
like "usage" "$(cat err)" '^dispatch: fatal: usage: dispatch label:pattern \{ next... \} ... \[\{ next... \}\]$'
status "no block" 100 dispatch via:x
status "no end" 100 dispatch via:x { answer a:b
status "empty block" 100 dispatch via:x { }
status "behind the default" 100 dispatch { answer a:b } via:x { answer a:b }
status "two defaults" 100 dispatch { answer a:b } { answer a:b }
status "no label" 100 dispatch via { answer a:b }
status "option" 100 dispatch -x
many=$(for i in $(seq 64); do echo "a:$i { answer by:x }"; done)
printf 'id:1\ta:64\n' >last
status "64 next links" 0 dispatch $many <last
is "the last" "$(who)" "1=x "
status "65 next links" 100 dispatch $many { answer by:y } <last
status "next link missing" 111 dispatch { no-such-program } <jobs
status "a next link fails" 111 dispatch via:local { sh -c 'exit 1' } { answer by:a } <jobs
status "a next link is used wrongly" 100 dispatch via:local { answer } { answer by:a } <jobs
dispatch { answer by:a } <jobs >/dev/full 2>err
is "/dev/full" $? 111
dispatch { answer by:a } <&- >out 2>err
is "0 closed" $? 111
dispatch { answer by:a } <jobs >&- 2>err
is "1 closed" $? 111

# one ends early: what the others have in flight still comes
printf 'id:1\ta:slow\nid:2\ta:dies\n' >two
status "one dies" 111 timeout 10 dispatch a:slow { sh -c 'read l; sleep 0.3; echo id:1; cat >/dev/null' } \
	{ sh -c 'read l; exit 3' } <two
is "the answer of the other is not lost" "$(cat out)" "id:1"
# a socket as next link
bg sock-serve unix:sock answer by:sock
wait_for 5 test -S sock
status "unix: in a block" 0 dispatch via:local { answer by:a } { unix:sock } <jobs
is "answered over the socket" "$(who)" "1=a 2=sock 3=sock 4=sock 5=sock 6=sock "
printf 'id:x\tn:0\texplain:abc/1\tvia:%s\n' local other >asks
status "questions" 0 dispatch via:local { answer status:sent } via:o\* { answer status:bounced } <asks
like "say which way they went" "$(sort out)" 'why-dispatch:link 1 of 2, by via:local	why-answer.*
.*why-dispatch:link 2 of 2, by via:o.	why-answer'
status "no way" 0 dispatch via:local { answer status:sent } <asks
like "is said, too" "$(grep -v via:local out)" 'status:explained	explain:abc/1	why-dispatch:no next link for this job: later'
done_testing
