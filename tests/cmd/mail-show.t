#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
cat >m <<'X'
From: "Ann, the first" <ann@example.org>, bob@example.org (Bob)
To: undisclosed-recipients:;
Cc: no address at all, =?utf-8?q?J=C3=B6rg?= <j@example.org>
Subject: =?iso-8859-1?q?caf=E9?= \o/
Date: Tue, 1 Jul 2003 10:52:37 +0200 (CEST)
Received: from a by b; Tue, 1 Jul 2003 10:52:40 +0200
Message-ID: <1@example.org>
References: <2@example.org>
 <3@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

J=C3=B6rg =
there
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.pdf
Content-Transfer-Encoding: base64

aGVsbG8K
--b
Content-Type: message/rfc822

Subject: within
Content-Transfer-Encoding: base64

!aGVsbG8K
--b--
X
status "a message" 0 mail-show <m
is "in all its parts" "$(tr '\t' '|' <out)" 'field:From|at:0|length:64|value:"Ann, the first" <ann@example.org>, bob@example.org (Bob)
address:ann@example.org|name:Ann, the first
address:bob@example.org|name:Bob
field:To|at:64|length:29|value:undisclosed-recipients:;
field:Cc|at:93|length:61|value:no address at all, Jörg <j@example.org>
address:|name:no address at all
address:j@example.org|name:Jörg
field:Subject|at:154|length:37|value:café \\o/
field:Date|at:191|length:44|value:Tue, 1 Jul 2003 10:52:37 +0200 (CEST)
date:1057049557|iso:2003-07-01T10:52:37+02:00
field:Received|at:235|length:54|value:from a by b; Tue, 1 Jul 2003 10:52:40 +0200
date:1057049560|iso:2003-07-01T10:52:40+02:00
field:Message-ID|at:289|length:28|value:<1@example.org>
id:1@example.org
field:References|at:317|length:45|value:<2@example.org> <3@example.org>
id:2@example.org
id:3@example.org
field:MIME-Version|at:362|length:18|value:1.0
field:Content-Type|at:380|length:42|value:multipart/mixed; boundary=b
type:multipart/mixed
param:boundary|value:b
part:0|type:multipart/mixed|header:0|body:423|length:350|size:350
part:1|type:text/plain|charset:utf-8|encoding:quoted-printable|header:427|body:512|length:17|size:11
part:2|type:application/pdf|encoding:base64|disposition:attachment|filename:€.pdf|header:534|body:663|length:8|size:6
part:3|type:message/rfc822|header:676|body:706|length:60|size:60
part:3.1|type:text/plain|encoding:base64|header:706|body:757|length:9|size:6|fault:encoding'
is "nothing is said" "$(cat err)" ""
status "-p: a part" 0 mail-show -p 1 <m
is "decoded" "$(cat out; echo .)" "Jörg there."
mail-show -p 2 <m >out
is "base64" "$(cat out)" hello
mail-show -p 3 <m >out
is "a message within, as it stands" "$(head -1 out)" "Subject: within"
status "a part that is broken" 0 mail-show -p 3.1 <m
is "what can be decoded" "$(cat out)" hello
is "and a word about it" "$(cat err)" "mail-show: warning: the part is not all in its encoding"
status "no such part" 100 mail-show -p 4 <m
like "is said" "$(cat err)" "no part 4"
status "-a" 0 mail-show -a <m
like "fields of a part" "$(cat out)" "^field:Subject${tab}in:3.1${tab}at:706${tab}length:16${tab}value:within$"
# the same by a pipe, with CRLF, from the middle of a file
mail-show <m >want
cat m | mail-show >out
ok "from a pipe" "$(cmp -s out want; echo $?)"
sed 's/$/\r/' m | mail-show | sed 's/	at:.*value:/	value:/; s/	header:.*size/	size/' >crlf
sed 's/	at:.*value:/	value:/; s/	header:.*size/	size/' want >lf
is "CRLF" "$(grep -vE '^part:(0|3)	' crlf)" "$(grep -vE '^part:(0|3)	' lf)"
{ echo 'From a@b Mon Jan  1 00:00:00 2024'; cat m; } >mbox
is "an mbox's first line" "$(mail-show <mbox | head -3 | tail -1)" "address:bob@example.org${tab}name:Bob"
{ read -r _; mail-show >out; } <mbox
ok "what was read already is none of it" $?
# values alone
is "-f: a field's value" "$(printf ' a\n\t=?utf-8?q?b?=\nX: y' | mail-show -f Subject)" "field:Subject${tab}value:a b"
is "a date that is none" "$(echo never | mail-show -f date | tail -1)" "date:"
is "a type that is none" "$(echo ';' | mail-show -f content-type | tail -1)" "type:"
is "Return-Path" "$(echo '<a@b>' | mail-show -f Return-Path | tail -1)" "address:a@b"
is "language" "$(echo "a/b; C*=utf-8'DE'd" | mail-show -f Content-Type | tail -1)" "param:c${tab}value:d${tab}language:de"
# nothing, bytes, much
status "no input" 0 mail-show </dev/null
is "is an empty message" "$(cut -f 1,2 out)" "part:0${tab}type:text/plain"
head -c 100000 /dev/urandom >random
status "any bytes" 0 mail-show -a <random
python3 -c '
print("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 10001)' >many
status "too many parts" 0 mail-show <many
is "are counted" "$(wc -l <out)" "$((10000 + 3))"
like "and told" "$(cat err)" "more parts"
python3 -c '
import sys
sys.stdout.write("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\n")
for i in range(1400): sys.stdout.write(("QUJD" * 18 + "\n") * 1000)
sys.stdout.write("--b--\n")' >big
limit='ulimit -v 300000'
grep -q __asan_init "$(command -v mail-show)" && limit=:
status "100 MB in a file, little memory" 0 sh -c "$limit; mail-show <big"
like "and its size" "$(cat out)" "^part:1.*length:102199999${tab}size:75600000"
status "100 MB in a pipe" 0 sh -c 'cat big | TMPDIR=. mail-show -p 1 | wc -c'
is "decoded" "$(cat out)" 75600000
status "nowhere to put it" 111 sh -c 'cat big | TMPDIR=/nowhere mail-show'
rm -f big
status "a folder" 111 mail-show <.
status "bad option" 100 mail-show -x
status "an argument" 100 mail-show file
status "two at once" 100 mail-show -a -p 1
status "/dev/full" 111 sh -c "mail-show <m >/dev/full"
status "/dev/full, a part" 111 sh -c "mail-show -p 1 <m >/dev/full"
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "mail-show $r"
done
done_testing
