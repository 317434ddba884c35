#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
ft='"from":"a@b.example","to":"d@e.example"'

echo "{$ft,\"subject\":\"x\",\"text\":\"hi\"}" >x
status "a message" 0 mail-make <x
is "as it is" "$(cat out)" "From: a@b.example
To: d@e.example
Subject: x
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

hi"
status "with its envelope" 0 mail-make -e <x
is "in front" "$(head -4 out)" "from a@b.example
to d@e.example
body 7bit"

# what readers find: Python's email package
cat >back.py <<'X'
import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print("defects", [d for p in m.walk() for d in p.defects])
for name in ("from", "to", "cc", "reply-to", "subject", "x-own"):
    if m[name] is not None:
        # its parser keeps a blank between two encoded words of a name
        print(name, str(m[name]).replace("  ", " "))
for p in m.walk():
    print(p.get_content_type(), p.get_filename(), p["content-id"], p.get_content_disposition())
    if not p.is_multipart():
        print(repr(p.get_content()))
X
cat >all <<'X'
{"from": {"name": "Größe, \"M\"", "email": "a@b.example"},
 "to": ["Ann <ann@e.example>", "josé@e.example",
  {"email": "x@e.example", "name": "Ein sehr langer Name, der wohl über mehr als eine Zeile geht, weil er nicht aufhört"}],
 "cc": "\"Lee, Ann\" <lee@e.example>",
 "reply-to": "r@b.example", "subject": "Größe: 東京で会いましょう、そしてもっと長い件名もここに書いておきます、二行になるまで",
 "headers": {"X-Own": "für mich"},
 "text": "Grüße\r\n\n.\nFrom here\n-- \nfoo \n", "amp": "<html ⚡4email>",
 "html": "<img src=\"cid:logo\">東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京",
 "inline": [{"name": "logo.png", "type": "image/png", "content": "iVBORw0KGgo=", "cid": "logo"}],
 "attachments": [
  {"name": "Übersicht über alles, was dieses Jahr so gewesen ist und noch kommt.pdf",
   "type": "application/pdf", "content": "JVBERi0xLjQK"},
  {"name": "a.csv", "type": "text/csv; charset=utf-8", "encoding": "text", "content": "ä;b\r\n"},
  {"type": "message/rfc822", "encoding": "text", "content": "Subject: within\n\nhi\n"}]}
X
status "everything" 0 mail-make -s 1 <all
cp out made
is "no line is longer than 78 bytes" "$(LC_ALL=C awk 'length($0) > 78' made)" ""
is "7 bit but for an address" "$(LC_ALL=C grep -c "$(printf '[\200-\377]')" made)" 1
python3 back.py <made >back 2>&1
cat >want <<'X'
defects []
from "Größe, \"M\"" <a@b.example>
to Ann <ann@e.example>, josé@e.example, "Ein sehr langer Name, der wohl über mehr als eine Zeile geht, weil er nicht aufhört" <x@e.example>
cc "Lee, Ann" <lee@e.example>
reply-to r@b.example
subject Größe: 東京で会いましょう、そしてもっと長い件名もここに書いておきます、二行になるまで
x-own für mich
multipart/mixed None None None
multipart/alternative None None None
text/plain None None None
'Grüße\n\n.\nFrom here\n-- \nfoo \n'
text/x-amp-html None None None
'<html ⚡4email>\n'
multipart/related None None None
text/html None None None
'<img src="cid:logo">東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京\r\n'
image/png logo.png <logo> inline
b'\x89PNG\r\n\x1a\n'
application/pdf Übersicht über alles, was dieses Jahr so gewesen ist und noch kommt.pdf None attachment
b'%PDF-1.4\n'
text/csv a.csv None attachment
'ä;b\n'
message/rfc822 None None attachment
text/plain None None None
'hi\n'
X
is "Python reads it so" "$(cat back)" "$(cat want)"
status "and mail-show" 0 mail-show <made
is "in so many parts" "$(grep -c '^part:' out)" 11
is "without a fault" "$(grep -c 'fault:' out)" 0

# parcels
printf '%s\n' "{\"messages\":[{$ft},{$ft,\"key\":\"k\"}]}" "{$ft}" >lines
status "parcels" 0 mail-make -p -s 1 <lines
is "of each line" "$(grep -ac '^to d@e.example' out)" 3
queue-check -i q >/dev/null
status "which queue-inject takes" 0 sh -c "mail-make -p <lines | queue-inject q"
is "all of them" "$(grep -o '[0-9]*:K' out | wc -l | tr -d ' ')" 3
status "the second of a list" 0 sh -c "head -1 lines | mail-make -e -n 2"
is "has a key" "$(grep -c '^key k' out)" 1
status "there is no third" 100 sh -c "head -1 lines | mail-make -n 3"
is "so it says" "$(cat err)" "mail-make: fatal: there are only 2"

# templates
echo '{"from":"a@b.example","subject":"{{n}}"}' >t
echo '{"to":"d@e.example","values":{"n":"one"}}' >r
status "a template" 0 mail-make -t t <r
is "for somebody" "$(grep Subject out)" "Subject: one"
cat r r >rr
status "for several" 0 mail-make -p -t t <rr
is "of a line each" "$(grep -ac 'Subject: one' out)" 2
echo "{$ft,\"text\":\"\",\"html\":\"\"}" >two
mail-make <two >1; mail-make <two >2
cmp -s 1 2; ok "boundaries come by chance" $(($? != 1))

# what is wrong
bad() { # name, input, what it says, arguments
	name=$1 want=$3
	printf '%s' "$2" >in
	shift 3
	status "$name" 100 mail-make "$@" <in
	is "$name: said" "$(cat err)" "mail-make: fatal: $want"
}
bad "no JSON" '{' "line 1: string or '}' expected near end of file"
bad "a name twice" '{"to":"x","to":"y"}' "line 1: duplicate object key near '\"to\"'"
bad "no address" '{"from":"a@b.example","to":["d@e.example","d"]}' "to[1]: no address"
bad "in a line" "{$ft}
{}
" "line 2: from: missing" -p
is "what came before it is there" "$(grep -ac '^to d@e.example' out)" 1
bad "no line end" "{$ft}" "the last line has no end" -p
echo '{"from":"a@b.example","subject":"{{"}' >bad
bad "a template" '{}' "bad: subject: line 1: a tag has no end" -t bad
bad "a recipient" '{"to":"d"}' "to: no address" -t t
bad "options" "" "usage: mail-make [-ep] [-n number] [-s seed] [-t template]" -p -n 1
status "a number" 100 mail-make -n 0 <x
line() { head -c "$1" /dev/zero | tr '\0' ' '; echo; }
line 67108864 | mail-make -p >out 2>err
is "a line of 64 MiB is read" "$(cat err)" "mail-make: fatal: line 1: line 1: unexpected token near end of file"
line 67108865 | mail-make -p >out 2>err
is "one of a byte more is not" "$(cat err)" "mail-make: fatal: line 1: more than 64 MiB"
status "no template" 111 mail-make -t nowhere <r
like "so it says" "$(cat err)" "unable to read nowhere: "
status "a full disk" 111 sh -c 'mail-make <x >/dev/full'
like "so it says" "$(cat err)" "unable to write"
status "a full disk for parcels" 111 sh -c 'mail-make -p <lines >/dev/full'
status "no input" 111 sh -c 'mail-make <&-'
done_testing
