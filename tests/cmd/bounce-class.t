#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
shipped=$top/lib/failure/classes

# the shipped lines
status "-l" 0 bounce-class -l
cmp -s out "$shipped"; ok "prints the shipped lines" $?
status "-v" 0 bounce-class -v
is "their version" "$(cat out)" "$(sed -n 's/^version //p' "$shipped")"

# a reply of arguments
status "a reply" 0 bounce-class -p rcpt '550 5.1.1 <joe@example.net>...' User unknown
is "says nothing else" "$(cat err)" ""
is "its class and type" "$(sed -n 1p out)" "unknown-user, hard"
n=$(sed -n 's/^class: shipped:\([0-9]*\) text:user unknown$/\1/p' out)
like "the line is that of the file" "$(sed -n "${n}p" "$shipped")" '^unknown-user .*user unknown'
n=$(sed -n 's/^type: for:unknown-user shipped:\([0-9]*\) phase:rcpt$/\1/p' out)
is "and so is that of the type" "$(sed -n "${n}p" "$shipped")" "hard for:unknown-user phase:rcpt"
is "what else was looked at" "$(sed -n 4p out)" "by: code 550, esc 5.1.1, phase rcpt, the text"
is "later in a session it is a guess" "$(bounce-class -p dot 550 user unknown | sed 1q)" "unknown-user, soft"
is "never hard when temporary" "$(bounce-class -p rcpt 450 user unknown | sed -n '1p;3p')" "unknown-user, soft
type: never hard, for its code is temporary"
is "a code of its own" "$(bounce-class -c 450 -p rcpt 550 user unknown | sed 1q)" "unknown-user, soft"
is "an enhanced code" "$(bounce-class -e 5.2.2 no | sed -n '1p;4p')" "mailbox-full, soft
by: esc 5.2.2, the text"
is "a host" "$(bounce-class -H mx3.messagelabs.com -c 542 no | sed -n 1p)" "unknown-user, hard"
is "an event" "$(bounce-class -E expired hm | sed 1q)" "expired, soft"
is "nothing at all" "$(bounce-class '' | sed 1q)" "other, soft"
is "no bytes from outside" "$(bounce-class "$(printf '\033[1m nonsense')" | od -c | grep -c 033)" 0

# lines
printf '%s\n' '550 5.1.1 user unknown' '' '421 4.7.0 Too many connections' >replies
status "lines" 0 bounce-class <replies
is "one for each" "$(cut -f 1,2,5- out)" "failure:unknown-user${tab}failure-type:hard${tab}code:550${tab}esc:5.1.1
failure:other${tab}failure-type:soft
failure:rate-limited${tab}failure-type:soft${tab}esc:4.7.0"
like "with the line that decided" "$(sed -n 1p out)" "${tab}line:shipped:[0-9]+${tab}type-line:shipped:[0-9]+${tab}"
printf '550 no end' | bounce-class >out 2>err
is "no end" $? 100
is "says so" "$(cat err)" "bounce-class: fatal: the last line has no end"
yes 550 | tr '\n' ' ' | head -c 65536 >long; echo >>long
status "a line at the limit" 0 bounce-class <long
sed 's/^/x/' long >longer
bounce-class <longer >out 2>err
is "one above" $? 100
is "which is told" "$(cat err)" "bounce-class: fatal: a line has more than 65536 bytes"
status "no lines" 0 bounce-class </dev/null
is "no output" "$(cat out)" ""

# lines of a site
mkdir conf
cat >conf/classes <<X
on-holiday soft text: office is closed
hard for:mailbox-disabled host:.example.net
X
status "no table yet" 111 bounce-class -C conf 550 office is closed
is "says so" "$(cat err)" "bounce-class: fatal: conf/classes has no table: conf-build makes it"
conf-build conf
status "a site's line" 0 bounce-class -C conf 550 our office is closed
is "is the first" "$(cat out)" "on-holiday, soft
class: conf/classes:1 text:office is closed
type: by that line
by: code 550, the text"
is "a site's type" "$(bounce-class -C conf -H mx.example.net 550 account disabled | sed -n '1p;3p')" "mailbox-disabled, hard
type: for:mailbox-disabled conf/classes:2 host:.example.net"
is "the shipped ones behind them" "$(bounce-class -C conf 452 mailbox full | sed 1q)" "mailbox-full, soft"
is "the version in the table" "$(bounce-class -C conf -v)" "$(bounce-class -v)"
echo none >conf/classes.cdb
status "a damaged table" 0 bounce-class -C conf 452 mailbox full
is "is told of" "$(cat err)" "bounce-class: warning: conf/classes.cdb is damaged: the shipped classes of failures hold"
is "and the shipped lines hold" "$(sed 1q out)" "mailbox-full, soft"
rm conf/classes conf/classes.cdb
status "a folder without either" 0 bounce-class -C conf 452 mailbox full
is "is nothing to speak of" "$(cat err)" ""

# usage and descriptors
status "bad option" 100 bounce-class -x
status "bad code" 100 bounce-class -c 99 x
status "-l and more" 100 bounce-class -l x
bounce-class 550 x >/dev/full 2>err
is "/dev/full" $? 111
bounce-class <replies >/dev/full 2>err
is "the same of lines" $? 111
bounce-class -l >/dev/full 2>err
is "and of the table" $? 111
bounce-class <&- >out 2>err
is "0 closed" $? 111
bounce-class 550 x >&- 2>err
is "1 closed" $? 111
status "no configuration there" 111 bounce-class -C nowhere 550 x
is "says where" "$(cat err)" "bounce-class: fatal: unable to open nowhere: No such file or directory"
done_testing
