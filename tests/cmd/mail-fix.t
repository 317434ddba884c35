#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
now=1795305600
date='Date: Sun, 22 Nov 2026 00:00:00 +0000'
mkdir conf
echo mx.example.org >conf/me
token-check -n keys
fix() { mail-fix -t $now -k keys -C conf "$@"; }
rules() { cat >conf/fix; conf-build conf || echo "# conf-build failed"; }
body() { sed '1,/^$/d'; }
full='Message-ID: <m@x>
Date: d
From: ann@example.org'
# given HEADER ARGS...: what becomes of it and of a small body
given() { h=$1; shift; printf '%s\n\nhi\n' "$h" | fix "$@" 2>err; }

# without a table
is "what is missing is added" "$(given 'X-Uuid: k3x9
From: Ann <ann@Example.org>')" "X-Uuid: k3x9
From: Ann <ann@Example.org>
$date
Message-ID: <k3x9@example.org>

hi"
is "by the sender's domain" "$(given 'X-Uuid: u7' -f s@news.example | grep Message)" "Message-ID: <u7@news.example>"
is "by this host" "$(given 'X-Uuid: u7' | grep Message)" "Message-ID: <u7@mx.example.org>"
like "an id of its own" "$(given 'X-Uuid: NO!' | grep Message)" '^Message-ID: <[a-z2-7]{16}@mx.example.org>$'
is "another each time" "$( (given ''; given '') | grep -c Message)" 2
is "two of them differ" "$( (given ''; given '') | grep Message | sort -u | wc -l)" 2
is "no From" "$(given "Date: d" -f s@a.example | grep -c From)" 0
is "-F" "$(given "Date: d" -F -f s@a.example | grep From)" "From: s@a.example"
is "-F, null sender" "$(given "Date: d" -F -f '' | grep -c From)" 0
is "the clock" "$(given '' | grep Date)" "$date"
like "the real one" "$(printf '\n' | mail-fix -C conf | grep Date)" '^Date: ..., [0-9][0-9] ... 20[0-9][0-9] [0-9:]{8} [+]0000$'

# what is for us alone
is "blind copies and old return paths" "$(given "Bcc: x
$full
bcc:
 y@z,
	w@z
RESENT-BCC : v
Return-Path: <r@x>
X-Bcc: u
no field
Bcc: t
To: s")" "$full
X-Bcc: u
no field
To: s@mx.example.org

hi"

# byte for byte: messages that need nothing, however odd
unchanged() { # NAME FILE
	fix <"$2" >got 2>err
	cmp -s "$2" got && [ ! -s err ]; ok "unchanged: $1" $?
}
printf '%s\n\nhi\n' "$full" >m; unchanged "plain" m
printf '%s\n' "$full" >m; unchanged "no body, no empty line" m
printf '%s\n\n' "$full" >m; unchanged "an empty line, no body" m
printf '%s' "$full" >m; unchanged "no last line end" m
printf '%s\n\nhi' "$full" >m; unchanged "no last line end in the body" m
printf '%s\n\nhi\n' "$full" | sed 's/$/\r/' >m; unchanged "CRLF" m
printf '%s\r\n\r\nhi' "$(echo "$full" | sed '1,2s/$/\r/')" >m; unchanged "CRLF, no last line end" m
printf 'X-8: \344\366\nX-Fold: a\n\t b\n  c\nX-Long: %01200d\nsubject :  x  \n%s\nno field\n\nhi\n\377' 7 "$full" >m; unchanged "8 bit, folded, long, blanks, garbage"  m
printf '%s\nno field\nX: y\n\nhi\n' "$full" >m; unchanged "a line that is no field" m
printf '%s\n\n\n\n..\n.\n\rx\r\n' "$full" >m; unchanged "a body with dots and CRs" m
{ echo "$full"; head -c 700000 /dev/zero | tr '\0' x | fold -w 70 | sed 's/^/ /;1s/^/X-Big:/'; printf '\nhi\n'; } >m; unchanged "a header of 700 KB" m
{ head -c 1200000 /dev/zero | tr '\0' x | fold -w 70 | sed 's/^/ /;1s/^/X-Big:/'; printf '\nhi\n'; } >m; unchanged "a header of more than 1 MB" m
: >m; fix <m >got 2>err; is "nothing at all becomes a header" "$(sed 's/<.*@/<@/' got)" "$date
Message-ID: <@mx.example.org>"
printf 'only text\n' >m; fix <m >got; is "no header: one is put before it" "$(sed 's/<.*@/<@/' got)" "$date
Message-ID: <@mx.example.org>

only text"
printf 'X-Uuid: u\nSubject: x\nno field\nX: y\n\nhi\n' >m; fix <m >got; is "above what is no field" "$(cat got)" "X-Uuid: u
Subject: x
$date
Message-ID: <u@mx.example.org>
no field
X: y

hi"
printf 'X-Uuid: u\r\nX-8: \344\r\n\r\nhi\r\nbye' >m; fix <m >got
printf 'X-Uuid: u\r\nX-8: \344\r\n%s\r\nMessage-ID: <u@mx.example.org>\r\n\r\nhi\r\nbye' "$date" >want
cmp got want; ok "CRLF: the new lines have it, too" $?

# every kind of rule
rules <<'X'
tag:t=add add:"X-Mailer: ours %{tag:t} %{me}" add:"X-None: %{tag:none}"
tag:t=set set:"Subject: new %{header:Subject}"
tag:t=default default:"Subject: none" default:"Precedence: bulk"
tag:t=remove remove:X-Internal-* remove:x-uuid
tag:t=id message-id
tag:t=list list-unsubscribe:https://u.example/u/ mailto:unsub@example.org one-click
tag:t=mailto list-unsubscribe:mailto:unsub-%{uuid}@%{from-domain}
tag:t=feedback feedback-id:"%{header:X-Stream-Id}:%{tenant}:news:example"
tag:t=reject reject:"not today"
tag:t=names add:"X: %{from}|%{from-domain}|%{sender}|%{sender-domain}|%{tenant}|%{user}|%{rcpt}|%{rcpt-domain}|%{date}|100%%"
from-unaligned tag:t=%{sender} reject:"From is not the sender's"
user:ann allow-from:@example.org,ann@a.example
user:* check-from
tenant:acme add:"X-Acme: yes"
from:@.news.example add:"X-News: yes"
header:X-Vip add:"X-Vip-Seen: yes"
no-header:X-Vip * tag:none=x
X
is "add:" "$(given "$full" -g t=add)" "$full
X-Mailer: ours add mx.example.org

hi"
is "set:" "$(given "Subject: old
$full
Subject: two" -g t=set)" "Subject: new old
$full

hi"
is "default:" "$(given "Subject: old
$full" -g t=default)" "Subject: old
$full
Precedence: bulk

hi"
is "remove:" "$(given "X-Internal-A: 1
$full
x-internal-b: 2
	more
X-Uuid: u" -g t=remove)" "$full

hi"
is "message-id" "$(given "X-Uuid: u
$full" -g t=id)" "X-Uuid: u
Message-ID: <u@example.org>
Date: d
From: ann@example.org

hi"
given "$full" -g t=list -r joe@example.net | tr -d '\n' >got
like "list-unsubscribe: and one-click" "$(cat got)" 'List-Unsubscribe: <https://u\.example/u/u1\.[^>]*>, <mailto:unsub@example\.org\?subject=u1\.[^>]*>List-Unsubscribe-Post: List-Unsubscribe=One-Clickhi$'
is "its token" "$(token-check -t $now -k keys "$(sed 's/.*<\(https[^>]*\)>.*/\1/' got)" | cut -f 1,5)" "good	joe@example.net"
is "by mail alone" "$(given "X-Uuid: u
$full
List-Unsubscribe: <x>
List-Unsubscribe-Post: y" -g t=mailto)" "X-Uuid: u
$full
List-Unsubscribe: <mailto:unsub-u@example.org>

hi"
is "feedback-id:" "$(given "$full
X-Stream-Id: s:7" -g t=feedback -T acme | grep Feedback)" "Feedback-ID: s-7:acme:news:example"
is "names" "$(given "$full" -g t=names -T other -u '' -f S@s.example.org -r joe@example.net | tr -d '\n' | sed 's/.*X: //;s/hi$//')" "ann@example.org|example.org|S@s.example.org|s.example.org|other||joe@example.net|example.net|Sun, 22 Nov 2026 00:00:00 +0000|100%"
is "rcpt of several" "$(given "$full" -g t=names -f a@example.org -r a@b -r c@d | tr -d '\n' | grep -c '||||Sun')" 1
given "$full" -g t=reject >got; is "reject: nothing comes" "$?,$(cat got)" "100,"
like "why" "$(cat err)" '^ts:[^ ]*	ev:rejected	prog:mail-fix	esc:5\.7\.1	text:not today	rule:fix:9$'
like "and for people" "$(cat err)" '^mail-fix: .*5\.7\.1 not today'
given "$full" -f a@else.example >got; like "from-unaligned" "$?,$(cat err)" "^100,|not the sender"
given "$full" -f a@sub.example.org >got; is "aligned" $? 0
given "$full" -u ann >got; is "check-from: allowed by domain" $? 0
given "From: Ann <ANN@a.example>" -u ann >got; is "by address" $? 0
given "From: joe@a.example" -u ann >got; is "another's address" $? 100
given "From: ann@example.org, joe@x.example" -u ann >got; is "two, one of them another's" $? 100
given "From: ann@example.org
From: joe@x.example" -u ann >got; is "two fields" $? 100
given "Subject: x" -u ann >got; is "no From" $? 100
given "Subject: x" -u ann -F -f ann@example.org >got; is "no From, but -F" $? 0
given "$full" -u joe >got; is "a user without a line" $? 100
like "the event" "$(cat err)" 'ev:rejected	prog:mail-fix	user:joe	esc:5\.7\.1	text:From is not an address you may use	rule:fix:13$'
{ head -c 1200000 /dev/zero | tr '\0' x | fold -w 70 | sed 's/^/ /;1s/^/X-Big:/'; printf '\nhi\n'; } >m
fix -u ann <m >got 2>err; is "a header too long to be checked" "$?,$(wc -c <got)" 100,0
is "tenant:" "$(given "$full" -T acme | grep -c X-Acme)" 1
is "from:@.domain" "$(given "From: a@b.news.example" -f a@b.news.example | grep -c X-News)" 1
is "header:" "$(given "$full
X-VIP: 1" | grep -c X-Vip-Seen)" 1
# what the message brings cannot break out of its field
is "folded values stay in their field" "$(given "$full
X-Stream-Id: a
 Bcc: evil@example.net" -g t=feedback | grep -ci '^bcc')" 0
# an 8 KB field comes in lines of 998 bytes at most
is "long values are folded" "$(given "Subject: $(head -c 3000 /dev/zero | tr '\0' x)
$full" -g t=set | awk 'length > 998' | wc -l)" 0

# no key
printf '%s\n\nhi\n' "$full" | mail-fix -t $now -C conf -g t=list >got 2>err
is "no key: not now" "$?,$(cat got)" "111,"
like "says why" "$(cat err)" '4\.3\.5 no key to sign with'

# parcels
parcel() { printf '%s\n%s' "$1" "$2" >p; printf '%d:' "$(wc -c <p)"; cat p; printf ,; }
nl='
'
next() { mkdir -p d; rm -f d/*; echo "python3 $top/tests/tools/fakeinject.py d $1"; }
inside="from ann@example.org${nl}to joe@example.net${nl}origin inside${nl}"
rules <<'X'
header:X-Stream-Id tag:stream=%{header:X-Stream-Id} remove:X-Stream-Id
tag:stream=7 prio:2 tenant:acme
tenant:acme return-path:r.example verp
return-path-header:X-RP=r.example,.r2.example remove:X-RP
header:X-Bad reject:"bad"
X
{ parcel "$inside" "$full
X-Stream-Id: 7

hi
"
parcel "from x@y${nl}to a@b${nl}" "X-Stream-Id: 7

hi
"; parcel "$inside" "$full
X-Bad: 1

hi
"; parcel "from ${nl}to a@b${nl}origin inside${nl}" "$full
X-Stream-Id: 7
X-RP: q@r.example

hi
"; parcel "$inside" "$full
X-RP: <q@x.r2.example>

hi
"; parcel "${inside}client 192.0.2.1${nl}helo h${nl}proto ESMTP${nl}" "$full

hi
"; } >in
# shellcheck disable=SC2046
fix $(next K) <in >out 2>err; is "a chain" $? 0
is "receipts in order" "$(tr , '\n' <out | sed 's/^[0-9]*://;s/fake.*//')" "K
K
D5.7.1 bad
K
K
K"
like "tags, tenant and prio into the envelope" "$(tr '\n' ' ' <d/1.env)" '^from b-[^ ]*-joe=example\.net@r\.example to joe@example\.net origin inside tag stream=7 prio 2 tenant acme uuid [a-z0-9]{16} $'
is "and the id, as the return path has it" "$(sed -n 's/^uuid //p' d/1.env)" "$(sed -n 's/^from b-[^-]*-\([^-]*\)-.*/\1/p' d/1.env)"
is "the message" "$(cat d/1.msg)" "$full

hi"
is "from outside: as it came" "$(cat d/2.env d/2.msg)" "from x@y
to a@b
X-Stream-Id: 7

hi"
like "the null sender stays" "$(head -1 d/3.env)" '^from ?$'
is "a return path that the message brings" "$(head -1 d/4.env)" "from q@x.r2.example"
is "without its field" "$(cat d/4.msg)" "$full

hi"
like "Received, where the client is known" "$(head -3 d/5.msg | tr '\n' ' ')" '^Received: from h \(\[192\.0\.2\.1\]\).*by mx\.example\.org with ESMTP;.*Sun, 22 Nov 2026'
is "the event" "$(sed 's/^ts:[^	]*	//' err)" "ev:rejected	prog:mail-fix	from:ann@example.org	esc:5.7.1	text:bad	rule:fix:5"
one=$(parcel "from x@else.example${nl}to joe@example.net${nl}client 192.0.2.1${nl}origin inside${nl}" "X-Bad: 1$nl$full$nl${nl}hi")
for _ in $(seq 1003); do printf %s "$one"; done >many
# shellcheck disable=SC2046
fix $(next K) <many >got 2>err
is "of one client's refusals 1000 are told" "$(grep -c '	rule:' err)" 1000
is "the others as a sum" "$(grep count: err | cut -f 2-)" \
	"ev:rejected	prog:mail-fix	client:192.0.2.1	count:3	code:550	text:refusals that were not told one by one"
# shellcheck disable=SC2046
fix -a $(next K) <in >out 2>err
is "-a: those from outside, too" "$(grep -c 'tag stream' d/2.env)" 1

# a recipient who is too long for a return path
long=firstname.lastname@some-company.example
parcel "from ann@example.org${nl}to Firstname.Lastname@Some-Company.example${nl}origin inside${nl}tenant acme${nl}" "$full$nl${nl}hi$nl" >in
# shellcheck disable=SC2046
fix $(next K) <in >out 2>err; is "a long recipient" $? 0
like "its return path has a proof of him" "$(head -1 d/1.env)" '^from b-aujl-[a-z0-9]{16}-[a-z2-7]{16}-[a-z2-7]{10}@r\.example$'
back=$(sed -n 's/^from //p' d/1.env)
is "which he fits" "$(token-check -k keys -t $now -r $long "$back" | cut -f 1,5,7)" "good		recipient"
is "and nobody else" "$(token-check -k keys -t $now -r x$long "$back" | cut -f 7)" another
parcel "from ann@example.org${nl}to $long${nl}to joe@example.net${nl}origin inside${nl}tenant acme${nl}" "$full$nl${nl}hi$nl" >in
# shellcheck disable=SC2046
fix $(next K) <in >out 2>err
is "of several it says none" "$(token-check -k keys -t $now -r $long "$(sed -n 's/^from //p' d/1.env)" | cut -f 1,7)" "good	unsaid"

# a table that is replaced, while parcels go by
rm -f fifo; mkfifo fifo
# shellcheck disable=SC2046
(exec timeout 30 mail-fix -t $now -k keys -C conf $(next K)) <fifo >out 2>err &
link=$!
exec 7>fifo
parcel "$inside" "$full${nl}${nl}1${nl}" >&7
wait_for 10 test -s d/1.msg; ok "the first parcel" $?
echo 'add:"X-New: yes"' | rules
token-check -N keys
sleep 1 # "within a second" is what is promised
parcel "$inside" "$full${nl}${nl}2${nl}" >&7
wait_for 10 test -s d/2.msg
is "a new table after a second" "$(grep -c X-New d/2.msg)" 1
head -c 100 conf/fix.cdb >damaged; mv damaged conf/fix.cdb
sleep 1
parcel "$inside" "$full${nl}${nl}3${nl}" >&7
three() { [ "$(tr , '\n' <out | wc -l)" -ge 3 ]; }
wait_for 10 three
like "a damaged one: not now" "$(tr , '\n' <out | tail -1)" '^[0-9]+:Z4\.3\.5 the table fix is damaged'
echo 'add:"X-New: again"' | rules
sleep 1
parcel "$inside" "$full${nl}${nl}4${nl}" >&7
wait_for 10 test -s d/3.msg
is "mended" "$(grep X-New d/3.msg)" "X-New: again"
exec 7>&-
wait $link; is "ends well" $? 0

# many at once; a next link that dies
rules </dev/null
i=0
: >many
while [ $i -lt 2000 ]; do
	parcel "$inside" "X-Uuid: u$i${nl}From: ann@example.org${nl}${nl}$i${nl}"
	i=$((i + 1))
done >many
# shellcheck disable=SC2046
fix $(next K) <many >out 2>err; is "2,000 parcels" $? 0
is "as many receipts, in order" "$(tr , '\n' <out | sed 's/^[0-9]*:Kfake0*//' | awk '$1 != NR' | head -1),$(tr , '\n' <out | wc -l)" ",2000"
is "each is whole" "$(grep -l '^Message-ID: <u[0-9]*@example.org>' d/*.msg | wc -l)" 2000
is "no other's" "$(for k in 1 2 1000 2000; do echo "$(sed -n 's/X-Uuid: u//p;$p' d/$k.msg | tr '\n' ' ')"; done | tr '\n' ,)" "0 0 ,1 1 ,999 999 ,1999 1999 ,"
# killed in the midst: what it had is answered or not, the chain ends for the supervisor
# shellcheck disable=SC2046
fix sh -c 'dd bs=1 count=2000 of=part 2>/dev/null; kill -9 $$' <many >out 2>err; is "next link is killed" $? 111
is "no receipt says queued" "$(tr , '\n' <out | grep -c ':K')" 0

# the open pixel
echo 'tag:t=pixel pixel:https://o.example/p/' | rules
html="$full
Content-Type: text/html

<p>hi</body>
bye"
printf '%s' "$html" >m
fix -f s@a.example -g t=pixel <m >got
img='<img src="https://o\.example/p/u1\.[A-Za-z0-9_.-]*" width="1" height="1" alt="">'
like "pixel" "$(cat got)" "<p>hi$img</body>"
sed "s,$img,," got | cmp -s - m; ok "pixel: else byte for byte" $?
is "pixel: the token is good" "$(sed -n 's/.*\(u1[^"]*\)".*/\1/p' got | grep -c '^u1')" 1
sed 's/$/\r/' m >m2; fix -f s@a.example -g t=pixel <m2 >got
is "pixel: CRLF, one more" "$(grep -c "$img" got)" 1
sed "s,$img,," got | cmp -s - m2; ok "pixel: CRLF, else byte for byte" $?
fix -f s@a.example <m >got; cmp -s m got; ok "pixel: no rule, none" $?
fix -f '' -g t=pixel <m >got; cmp -s m got; ok "pixel: null sender, none" $?
mail-fix -t $now -C conf -f s@a.example -g t=pixel <m >got; is "pixel: without a key it goes" $? 0
cmp -s m got; ok "pixel: without a key, none" $?
{ cat m; head -c 400000 /dev/zero | tr '\0' x | fold -w 70; } >m2; fix -f s@a.example -g t=pixel <m2 >got
sed "s,$img,," got | cmp -s - m2; ok "pixel: a large message" $?
is "pixel: it has one" "$(grep -c "$img" got)" 1
# its body has room in memory, but the whole of it with the image has not
{ cat m; head -c $((262144 - $(body <m | wc -c) - 1)) /dev/zero | tr '\0' x; } >m3
parcel "${inside}tag t=pixel$nl" "$(cat m3)$nl" >in
parcel "${inside}tag t=pixel$nl" "$html$nl" >>in
# shellcheck disable=SC2046
TMPDIR=/nonexistent fix $(next K) <in >out 2>err; is "pixel: no room for one, the chain goes on" $? 0
is "pixel: it is put off" "$(cat out)" "51:Z4.3.0 no room to keep the message, try again later,9:Kfake0001,"
{ cat m; head -c 4194304 /dev/zero | tr '\0' x | fold -w 70; } >m2; fix -f s@a.example -g t=pixel <m2 >got
cmp -s m2 got; ok "pixel: more than 4 MiB, none" $?
parcel "${inside}tag t=pixel${nl}client 192.0.2.1${nl}" "$html$nl" >in
# shellcheck disable=SC2046
fix $(next K) <in >out 2>err; is "pixel: link" $? 0
like "pixel: link, front and all" "$(tr '\n' ' ' <d/1.msg)" "^Received: .*hi$img</body> bye $"
sed -n '/^Message-ID/,$p' d/1.msg | sed "s,$img,," >got; echo "$html" | cmp -s - got; ok "pixel: link, else byte for byte" $?
{ parcel "${inside}tag t=pixel${nl}" "$full$nl${nl}</body>$nl"; parcel "from a@b${nl}to a@b${nl}tag t=pixel${nl}" "$html$nl"; } >in
# shellcheck disable=SC2046
fix $(next K) <in >out 2>err; is "pixel: none in text, none from outside" "$(cat d/*.msg | grep -c '<img')" 0
mkdir c3; echo m >c3/me; echo 'pixel:http://o.example/' >c3/fix
status "pixel: https only" 100 conf-build c3
like "pixel: says so" "$(cat err)" 'pixel:http://o.example/: want https://'

# seven bits
echo 'to:@old.example seven-bit' | rules
eight=$(printf 'Message-ID: <m@x>\nDate: today\nFrom: a@b.example\n\nGr\303\274\303\237e')
is "seven-bit for one receiver" "$(given "$eight" -r x@Old.example. | grep -c '^Gr=C3=BC=C3=9Fe')" 1
is "not for another" "$(given "$eight" -r x@new.example | grep -c '^Gr=C3=BC=C3=9Fe')" 0
echo 'tag:t=7 seven-bit' | rules
printf '%s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGr\303\274\303\237e, Ann \nbye' "$full" >m
fix -g t=7 <m >got; is "seven-bit" "$? $(cat got)" "0 $full
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe, Ann=20
bye"
fix <m >got; cmp -s m got; ok "seven-bit: no rule, as it came" $?
sed 's/$/\r/' m | fix -g t=7 >m2; is "seven-bit: CRLF" "$(grep -c 'Ann=20.$' m2)" 1
{ echo 'DKIM-Signature: v=1'; cat m; } >m2; fix -g t=7 <m2 >got; cmp -s m2 got; ok "seven-bit: not what is signed" $?
printf '%s\n' "$full" >m2; fix -g t=7 <m2 >got; cmp -s m2 got; ok "seven-bit: no body" $?
{ sed 's/8bit/binary/' m; yes "$(printf 'caf\303\251 and so on, again and again')" | head -300000; } >large
grep -q __asan_init "$(command -v mail-fix)" && limit=: || limit='ulimit -d 20000'
($limit; fix -g t=7 <large >got 2>err); is "seven-bit: 10 MB with 20 MB of memory" "$?" 0
is "seven-bit: the same text" "$(mail-show -p 0 <got | cksum)" "$(mail-show -p 0 <large | cksum)"
is "seven-bit: nothing is left" "$(LC_ALL=C grep -c '[^ -~]' got)" 0
status "seven-bit: no room" 111 env TMPDIR=/nonexistent mail-fix -C conf -g t=7 <large
like "seven-bit: says so" "$(tail -1 err)" 'no room to keep the message'
status "seven-bit: an empty TMPDIR says nothing" 0 env TMPDIR= mail-fix -C conf -g t=7 <large
rm -f large got m2
label() { printf '%sbody 8bit%stag t=7%s' "$inside" "$nl" "$nl"; }
{ parcel "$(label)$nl" "$(cat m)$nl"; parcel "$(label)$nl" "DKIM-Signature: x$nl$(cat m)$nl"; parcel "${inside}body 8bit$nl" "$(cat m)$nl"
parcel "from a@b${nl}to a@b${nl}body 8bit${nl}tag t=7${nl}" "$(cat m)$nl"; } >in
# shellcheck disable=SC2046
fix $(next K) <in >out 2>err; is "seven-bit: link" $? 0
is "seven-bit: the envelope says so" "$(grep -v ^uuid d/1.env)" "${inside}body 7bit${nl}tag t=7"
is "seven-bit: where it is so" "$(grep -h '^body' d/[234].env | tr '\n' ' ')" "body 8bit body 8bit body 8bit "
is "seven-bit: ours, with the tag, not signed" "$(grep -c '^Gr=C3=BC' d/?.msg | tr '\n' ' ')" "d/1.msg:1 d/2.msg:0 d/3.msg:0 d/4.msg:0 "
printf 'tag:t=7 seven-bit\ntag:t=7 pixel:https://o.example/p/' | rules
printf '%s\nContent-Type: text/html\n\n<p>\303\274</body>\n' "$full" >m
fix -f s@a.example -g t=7 <m >got
is "seven-bit: with the pixel in it" "$(mail-show -p 0 <got | sed "s,$img,IMG,")" "$(printf '<p>\303\274IMG</body>')"
is "seven-bit: nothing is left" "$(LC_ALL=C grep -c '[^ -~]' got)" 0
rules </dev/null
rm -f m2

# large messages do not stay in memory
{ printf 'Subject: large\n\n'; yes 'a line of some forty bytes, again and again' | head -c 100000000; } >large
limit='ulimit -v 60000'
# the sanitizers want room for their own
grep -q __asan_init "$(command -v mail-fix)" && limit=:
($limit; fix <large >got 2>err)
is "100 MB with 60 MB of memory" $? 0
is "two fields more" "$(head -5 got | grep -cE '^(Date|Message-ID)')" 2
is "the body is whole" "$(body <got | cksum)" "$(body <large | cksum)"
rm -f large got

# usage, files and descriptors
status "no configuration" 100 mail-fix
status "bad option" 100 mail-fix -x -C conf
status "bad time" 100 mail-fix -t x -C conf
status "bad tag" 100 mail-fix -g x -C conf
status "no name" 111 mail-fix -C none
mkdir c2; echo m >c2/me; echo 'message-id' >c2/fix
status "rules that are not compiled" 111 mail-fix -C c2
is "says so" "$(cat err)" "mail-fix: fatal: c2/fix is not compiled: run conf-build c2"
echo damaged >c2/fix.cdb
status "a damaged table" 111 mail-fix -C c2
is "says so, too" "$(cat err)" "mail-fix: fatal: c2/fix.cdb is damaged"
status "no key file" 111 mail-fix -C conf -k none
status "no next link" 111 fix no-such-program <in
status "bad usage of the next link" 100 fix answer <in
fix <m >/dev/full 2>err
is "/dev/full" $? 111
fix <&- >out 2>err
is "0 closed" $? 111
fix <m >&- 2>err
is "1 closed" $? 111
done_testing
