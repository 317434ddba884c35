#!/bin/sh
# Control characters in everything that comes from outside, C0, DEL and C1,
# raw and as UTF-8, and bytes that are no UTF-8: none of them stands in a log
# or in what a tool prints, and events can still be read.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
evil=$(printf 'e\033[2J\033]0;x\007\302\2331m\2331m\177\377l')
python3 - "$T/zone.json" <<'X'
import json, sys
evil = "e\x1b[2J\x07\xc2\x9b1m\x9b1m\x7f\xffl"
txt = lambda s: {"TXT": [s]}
json.dump({
    "evil.test": dict(txt("v=spf1 exists:%{l}." + evil + " -all"), MX=["10 mail.evil.test"]),
    "mail.evil.test": {"A": ["127.0.0.1"]},
    "_dmarc.evil.test": txt("v=DMARC1; p=none; rua=mailto:" + evil + "@evil.test; ruf=" + evil),
    "s._domainkey.evil.test": txt("v=DKIM1; k=" + evil + "; n=" + evil + "; p=" + evil),
}, open(sys.argv[1], "w"))
X
fake_dns "$T/zone.json" || exit 1
# a host that answers like that
cat >"$T/mx.py" <<'X'
import socket, sys, threading
evil = b"e\x1b[2J\x07\xc2\x9b1m\x9b1m\x7f\xffl"
def serve(c):
    f = c.makefile("rb")
    c.sendall(b"220 " + evil + b"\r\n")
    for line in f:
        if line[:4].upper() in (b"EHLO", b"HELO"):
            c.sendall(b"250-" + evil + b"\r\n250 SIZE " + evil + b"\r\n")
        elif line[:4].upper() == b"MAIL":
            c.sendall(b"250 2.1.0 " + evil + b"\r\n")
        elif line[:4].upper() == b"RCPT":
            code = b"451 4.2.0 " if b"later" in line else b"550 5.1.1 "
            c.sendall(code + evil + b"\r\n")
        else:
            c.sendall(b"221 " + evil + b"\r\n")
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
X
mx=$(free_port)
bg python3 "$T/mx.py" "$mx"
wait_for 5 smtp-ping "127.0.0.1:$mx"
new_instance site --local example.org --auth --relay "127.0.0.1:$mx" || exit 1
echo "$dns" >"$I/conf/resolver"
conf-build "$I/conf" || exit 1
start_instance; ok "instance is up" $?

# SMTP: each command, and messages from outside and from our own
cat >"$T/talk.py" <<'X'
import socket, sys
evil = b"e\x1b[2J\x1b]0;x\x07\xc2\x9b1m\x9b1m\x7f\xffl"
port = int(sys.argv[1])
def talk(source, lines, body=None):
    s = socket.socket()
    s.settimeout(15)
    s.bind((source, 0))
    s.connect(("127.0.0.1", port))
    f = s.makefile("rb")
    def reply():
        while True:
            l = f.readline()
            if not l or l[3:4] != b"-":
                return l
    reply()
    out = []
    try:
        for l in lines:
            s.sendall(l + b"\r\n")
            out.append(reply()[:3])
        if body is not None:
            s.sendall(b"DATA\r\n")
            if reply()[:3] == b"354":
                s.sendall(body + b"\r\n.\r\n")
                out.append(reply()[:3])
    except OSError:
        pass
    s.close()
    return out
for l in (b"EHLO " + evil, b"HELO " + evil, evil, b"VRFY " + evil, b"MAIL FROM:<" + evil + b"@evil.test>",
          b"MAIL FROM:<\"" + evil + b"\"@evil.test>", b"MAIL FROM:<a@" + evil + b">", b"AUTH " + evil,
          b"MAIL FROM:<a@evil.test> " + evil, b"MAIL FROM:<a@evil.test> ENVID=" + evil):
    talk("127.0.0.2", [l])
    talk("127.0.0.3", [b"EHLO evil.test", l])
for a in (evil + b"@example.org", b"\"" + evil + b"\"@example.org", b"a@" + evil, b"you@example.org> " + evil + b"<"):
    for smtputf8 in b"", b" SMTPUTF8":
        talk("127.0.0.4", [b"EHLO evil.test", b"MAIL FROM:<a@evil.test>" + smtputf8, b"RCPT TO:<" + a + b">"])
        # C1 as an address in UTF-8 may have it
        talk("127.0.0.1", [b"EHLO us", b"MAIL FROM:<e\xc2\x9b1m@evil.test>" + smtputf8, b"RCPT TO:<e\xc2\x9b2m@evil.test>"],
             b"Subject: x\r\n\r\nx")
body = b"\r\n".join((b"From: " + evil + b" <a@evil.test>", b"Subject: " + evil, b"Message-ID: <" + evil + b">",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=evil.test; s=s; h=from; bh=YQ==; b=YQ==",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=" + evil + b".test; s=" + evil + b"; h=from; bh=YQ==; b=YQ==",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=e\x1b[2J\x7f.test; s=s; h=from; bh=YQ==; b=YQ==",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=e\xc2\x9b1m.test; s=e\xc2\x9b2m; h=from; bh=YQ==; b=YQ==",
    b"DKIM-Signature: v=1; a=" + evil + b"; d=x.test; s=s; h=from:" + evil + b"; bh=" + evil + b"; b=YQ==; i=" + evil,
    b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=" + evil + b"; s=" + evil + b"; b=YQ==",
    b"Authentication-Results: " + evil, evil + b": " + evil, b"", evil))
print(b" ".join(talk("127.0.0.5", [b"EHLO " + b"evil.test", b"MAIL FROM:<a@evil.test>", b"RCPT TO:<you@example.org>"],
                     body)).decode())
for to in b"no@there.test", b"later@there.test":
    print(b" ".join(talk("127.0.0.1", [b"EHLO us", b"MAIL FROM:<you@example.org>", b"RCPT TO:<" + to + b">"],
                         b"Subject: " + evil + b"\r\n\r\n" + evil)).decode())
X
is "messages are taken" "$(timeout 40 python3 "$T/talk.py" "$port" | tr '\n' ' ')" "250 250 250 250 250 250 250 250 250 250 250 250 "
wait_for 15 at_least 2 "$I/mail/you"; ok "one arrives, and a report" $?
waiting() { queue-list "$I/queue" | grep -q later@; }
wait_for 15 waiting; ok "one waits" $?

# a parcel by hand: what a program of the site can put into the queue
python3 - <<'X' | queue-inject "$I/queue" >"$T/receipt" 2>"$T/parcel.log"
import sys
c1 = b"e\xc2\x9b1m\x9b1m\x7f\x1b[2J\x01\xffl"
for key in b"from", b"to", b"helo", b"client", b"client-name", b"user", b"tenant", b"tag", b"key", b"envid", b"tls":
    e = {b"from": b"a@x.test", b"to": b"later@there.test"}
    e[key] = b"k=" + c1 if key == b"tag" else c1 + (b"@there.test" if key in (b"from", b"to") else b"")
    p = b"".join(k + b" " + v + b"\n" for k, v in e.items()) + b"\nSubject: " + c1 + b"\n\n" + c1 + b"\n"
    sys.stdout.buffer.write(b"%d:%s," % (len(p), p))
X
like "parcels are taken" "$(cat "$T/receipt")" ':K[0-9a-v]{20},'
sleep 1

# configuration
printf '%s: you\n' "$evil" >>"$I/conf/aliases"
printf 'to:%s nowhere%s\n' "$evil" "$evil" >"$T/routes"
mkdir "$T/out.d"
# out NAME COMMAND...: what it prints
out() {
	out_name=$1
	shift
	timeout 20 "$@" >"$T/out.d/$out_name" 2>&1 </dev/null
}
out conf-build conf-build "$I/conf"
cp -r "$I/conf" "$T/conf"; cp "$T/routes" "$T/conf/routes"
out conf-build2 conf-build "$T/conf"
msg=$(grep -l '^DKIM-Sig' "$I/mail/you"/new/* | head -1)
out queue-list queue-list "$I/queue"
out queue-list-a queue-list -a "$I/queue"
out queue-list-l queue-list -l "$I/queue"
for id in $(queue-list -l "$I/queue" | tr '\t' '\n' | sed -n 's/^id://p' | sort -u) $(tr ',' '\n' <"$T/receipt" | sed -n 's/.*K//p'); do
	out "queue-show-$id" queue-show -h "$I/queue" "$id"
	out "log-$id" rohrpost log "$I" "$id"
done
out queue-check queue-check "$I/queue"
out queue-ctl queue-ctl "$I/queue" status
out queue-ctl2 queue-ctl "$I/queue" retry "from:$evil"
out status rohrpost status "$I"
out log rohrpost log "$I" 100000
out log-audit log-audit -v "$I/queue" "$I"/log/*/
for o in '' -a; do out "mail-show$o" sh -c "mail-show $o <'$msg'"; done
out mail-show-f sh -c "mail-show -f Subject <'$msg'"
out dkim-verify sh -c "dkim-verify -r $dns <'$msg'"
out arc-verify sh -c "arc-verify -r $dns <'$msg'"
out spf-check spf-check -r "$dns" -i 127.0.0.2 -f "$evil@evil.test" -h "$evil"
out dmarc-check dmarc-check -r "$dns" -f evil.test -d "$evil" -s "$evil"
out domain-check domain-check -C "$I/conf" -r "$dns" evil.test
out domain-check2 domain-check -C "$I/conf" -r "$dns" "$evil"
out client-check client-check -C "$I/conf" -r "$dns" -i 127.0.0.2 -h "$evil" -f "$evil@evil.test"
out dmarc-report dmarc-report -a -r "$dns" -o x -m a@b.test -D "$T" "$I/log/smtp/current"
out route route -n "$I/conf" "$evil@$evil"
out route2 route -n "$I/conf" "$evil@example.org"
out sendmail env ROHRPOST_DIR="$I" sendmail -bv "$evil@example.org"
out sendmail-bp env ROHRPOST_DIR="$I" sendmail -bp
out rohrpost rohrpost "$evil"
out init rohrpost init "$T/$evil"
out named rohrpost log "$T/$evil"
stop_instance

found=$(python3 "$top/tests/tools/plainly.py" -e "$T/parcel.log" "$I"/log/*/[@c][4u]*)
is "no log has a control character, and every event can be read" "$found" ""
found=$(python3 "$top/tests/tools/plainly.py" "$T"/out.d/*)
is "no tool prints one" "$found" ""
# the test is one: they were there, and are named
logged=$(cat "$I"/log/*/[@c][4u]* "$T/parcel.log")
for kind in accepted rejected bounced deferred verdict; do
	like "in an event of the kind $kind" "$(printf '%s\n' "$logged" | grep "ev:$kind	")" '\\x1b|\\xc2\\x9b|\\x7f'
done
[ "$(find "$T/out.d" -size +0 | wc -l)" -gt 20 ]; ok "the tools have printed something" $?
done_testing
