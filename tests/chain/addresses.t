#!/bin/sh
# Addresses of the real world through the chains: long local parts, dots,
# paths of devices, names in HELO, one mailbox in several words.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo mx.example.org >conf/me
echo example.org >conf/local
echo 'hello: alice' >conf/aliases
echo 'team: team, bob@far.example' >>conf/aliases
echo '"dot..s"@example.org: alice' >>conf/aliases
conf-build conf || exit 1
n=0
# talk: a client that may relay; stranger: one that may not; queue in q
talk() {
	rm -rf q; queue-check -i q
	sed 's/$/\r/' | env TCPREMOTEIP=192.0.2.9 ${stranger-RELAYCLIENT=} smtp-recv -C conf queue-inject q 2>log | tr -d '\r'
}
stranger() { stranger='' talk; }
said() { grep -c "^$1" out; }
# rcpts: the recipients in the queue
rcpts() { find q -type f -path '*mess*' -exec cat {} + | grep -a '^to [QH] ' | cut -c 226- | sort | tr '\n' ' '; }
# transaction COMMAND...: MAIL and RCPTs, and a message
transaction() { printf 'EHLO c.example\n'; printf '%b\n' "$@"; printf 'DATA\nSubject: x\n\nx\n.\nQUIT\n'; }

# long ones
srs='SRS0=Ab3d=XY=news.shop.example=bounce+0123456789abcdef0123456789abcdef-customer@fwd.example'
long=$(printf '%0497d' 0)
transaction "MAIL FROM:<$srs>" "RCPT TO:<$long@far.example>" "RCPT TO:<0$long@far.example>" | talk >out
is "a sender of SRS, recipients of up to 510 bytes" "$(said '250 2.1') $(said '250 2.0.0 ok')" "3 1"
transaction "MAIL FROM:<$srs>" "RCPT TO:<00$long@far.example>" | talk >out
is "nor one more" "$(said '501 5.1.3 recipient address too long')" 1
# hand_in: what sendmail hands in
hand_in() { rm -rf q; queue-check -i q; ROHRPOST_INJECT="queue-inject $T/q 2>/dev/null" sendmail -C "$T" "$@" 2>err; }
conf=announcements-of-the-club-confirm+0123456789abcdef0123456789abcdef01234567@far.example
printf 'To: %s\n\nx\n' "$conf" | hand_in -t -f "$srs"; is "sendmail takes them" "$?" 0
is "as recipient" "$(rcpts)" "$conf "

# dots
transaction 'MAIL FROM:<taro..yamada@mobile.example>' 'RCPT TO:<taro..yamada@mobile.example>' \
    'RCPT TO:<hana.@mobile.example>' 'RCPT TO:<.ken@mobile.example>' 'RCPT TO:<"taro..yamada"@MOBILE.example>' \
    'RCPT TO:<..@mobile.example>' | talk >out
is "dots in a row and at the ends" "$(said '250 2.1') $(said 501)" "5 1"
is "are kept as they are, each mailbox once" "$(rcpts)" ".ken@mobile.example hana.@mobile.example taro..yamada@mobile.example "
printf 'To: A <a..b@far.example>, hana.@mobile.example\nCc: "a..b"@far.example, c@far.example.\n\nx\n' | hand_in -t
is "sendmail -t" "$? $(cat err)" "0 "
is "each once" "$(rcpts)" "a..b@far.example c@far.example hana.@mobile.example "
transaction 'MAIL FROM:<a@example.org>' 'RCPT TO:<dot..s@example.org>' | stranger >out
is "from a stranger, too" "$(said '250 2.1.5')" 1
is "an alias knows them" "$(route -n conf dot..s@example.org | tr ' ' '\n' | grep '^to:')" "to:alice@example.org"
is "in quotes, too" "$(route -n conf '"dot..s"@example.org' | tr ' ' '\n' | grep '^to:')" "to:alice@example.org"
mkdir mx
bg python3 "$top/tests/tools/fakemx.py" --ext PIPELINING,SMTPUTF8 mx
wait_for 10 test -s mx/port
printf 'Subject: x\n\nx\n' >m
for to in taro..yamada@m.example j.@m.example '"x y"@m.example' 'ö..@m.example'; do
	printf 'id:i\tn:%s\tfrom:.f@s.example\tto:%s\tsize:14\tfile:%s\toff:0\tmx:h/%s/127.0.0.1\n' "$n" "$to" "$T/m" "$(cat mx/port)"
	n=$((n + 1))
done | remote-send -e 5 >out 2>err
is "a server is told all of them" "$(grep -c status:sent out)" 4
is "in quotes" "$(sed -n 's/^[0-9]* > RCPT TO:\(<.*>\).*/\1/p' mx/log | sort | tr '\n' ' ')" \
    '<"j."@m.example> <"taro..yamada"@m.example> <"x y"@m.example> <"ö.."@m.example> '
is "the sender, too" "$(sed -n 's/.*> MAIL FROM:\(<[^>]*>\).*/\1/p' mx/log | sort -u)" '<".f"@s.example>'

# a dot behind the domain
transaction 'MAIL FROM:<a@example.org.>' 'RCPT TO:<b@far.example.>' 'RCPT TO:<b@FAR.example>' | talk >out
is "a dot behind the domain" "$(said '250 2.1')" 3
is "goes" "$(rcpts)" "b@far.example "
printf 'To: a@far.example\nBcc: x@far.example.\n\nx\n' | hand_in -t
is "sendmail -t with it" "$? $(rcpts)" "0 a@far.example x@far.example "

# devices
transaction 'MAIL FROM:raid@example.org SIZE=100' 'RCPT TO: admin@far.example' 'RCPT TO:< b@far.example >' | talk >out
is "no brackets, blanks in them" "$(said '250 2.1') $(rcpts)" "3 admin@far.example b@far.example "
transaction 'MAIL FROM:raid@example.org' 'RCPT TO:alice@example.org' | stranger >out
is "not from a stranger" "$(said '501 5.5.4\|501 5.1.7')" 1

# names
printf 'EHLO my pc\nMAIL FROM:<a@b.example>\nRCPT TO:<c@far.example>\nDATA\nSubject: x\n\nx\n.\nEHLO m\303\274ller-pc\nHELO m\374ller_pc\nHELO %0300d\nMAIL FROM:<>\nRCPT TO:<no@far.example>\nQUIT\n' 0 | talk >out
is "nobody is refused for his name" "$(said 501)" 0
like "the trace field has what it may have" "$(find q -type f -path '*mess*' -exec cat {} +)" '^Received: from my\?pc \(\[192\.0\.2\.9\]\)$'
printf 'EHLO m\374ller_pc\nMAIL FROM:<>\nRCPT TO:<no@far.example>\nQUIT\n' | stranger >out
like "the log has no bytes that are none" "$(cat log)" 'helo:m\?ller_pc'

# extensions
is "an alias keeps what is behind the +" "$(route -n conf hello+List@example.org | tr ' ' '\n' | grep -E '^(to|user|ext):' | tr '\n' ' ')" \
    "to:alice+List@example.org user:alice ext:list "
is "nobody gets two" "$(route -n conf team+x@example.org | tr ' ' '\n' | grep -E '^(user|ext|forward):' | tr '\n' ' ')" \
    "user:team ext:x forward:bob+x@far.example "
done_testing
