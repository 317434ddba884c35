#!/bin/sh
# A connection word for word, for who has ordered it.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: private\n\nsecret text\n' >msg
printf 'way user pass\n' >logins; chmod 600 logins
python3 "$tools/pki.py" . <<'X'
ca ca=1
mx issuer=ca names=mx.y.example
X
mkdir one two
bg python3 "$tools/fakemx.py" --tls mx.pem --login user:pass --tlsext PIPELINING,AUTH_PLAIN one 'rcpt~<no@=550 5.1.1 nobody'
bg python3 "$tools/fakemx.py" --ext PIPELINING,CHUNKING two
for d in one two; do wait_for 60 test -s $d/port; done
# job ID DIR LABEL...
job() {
	job_id=$1 job_dir=$2; shift 2
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tdomain:y.example\tsize:%s\tfile:%s\tsite:%s\tmx:mx.y.example/%s/127.0.0.1' \
		"$job_id" "$job_id" "$(wc -c <msg)" "$T/msg" "$job_dir" "$(cat "$job_dir/port")"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
# dialogue: the events, without times
dialogue() { grep 'ev:trace' err | tr '\t' '\n' | sed -n 's/^conn://p; s/^dir://p; s/^text:/ /p' | paste -sd '  \n' | tr -s ' '; }

echo 'site:one 1' >orders
job no one tls:verify tls-names:hostname login:way >jobs
status "a session with TLS and a login" 0 remote-send -a ca.crt -L logins -X orders -e 60 <jobs
is "all of it" "$(dialogue | sed 's/TLS: ok .*/TLS: ok/')" "1 - connect to port $(cat one/port)
1 < 220 fake.example
1 > EHLO $(hostname -f 2>/dev/null || hostname)
1 < 250-fake.example
1 < 250-PIPELINING
1 < 250-8BITMIME
1 < 250-SIZE
1 < 250-DSN
1 < 250 STARTTLS
1 > STARTTLS
1 < 220 2.0.0 go ahead
1 > EHLO $(hostname -f 2>/dev/null || hostname)
1 < 250-fake.example
1 < 250-PIPELINING
1 < 250 AUTH PLAIN
1 - TLS: ok
1 > (login)
1 < 235 2.7.0 in
1 > MAIL FROM:<a@x.example>
1 > RCPT TO:<no@y.example>
1 > DATA
1 < 250 2.1.0 sender fine
1 < 550 5.1.1 nobody
1 < 503 5.5.1 no recipient
1 - closed"
is "no password" "$(grep -c "$(printf '\0user\0pass' | base64)" err)" 0
like "with times, host and address" "$(grep ev:trace err | tail -1)" 'conn:1	ms:[0-9]+	host:mx.y.example	ip:127.0.0.1	dir:-	text:closed'

# of three connections the first two; a message is its size
printf 'domain:y.example 2\n' >orders
{ job a two tls:none; job b two tls:none bdat:1; job c two tls:none helo:x; } >jobs
status "three connections" 0 remote-send -X orders -m 1 -s 1 -e 60 <jobs
is "two are told" "$(dialogue | cut -d' ' -f1 | sort -u | tr '\n' ' ')" "1 2 "
like "its size" "$(dialogue)" '^[12] > \(message [ac], 30 bytes\)$'
like "by BDAT" "$(dialogue)" '^[12] > BDAT \(message b, 30 bytes\)$'
is "and no more of it" "$(grep -c 'secret\|private' err)" 0
: >orders
status "nothing is ordered" 0 remote-send -X orders -e 60 <jobs
is "nothing is told" "$(dialogue)" ""
status "no such file" 0 remote-send -X none -e 60 <jobs
is "is no fault" "$(cat err)" ""

# why it ends, and an order that comes while it works
echo 'host:mx.y.example 1' >orders
mkdir three; bg python3 "$tools/fakemx.py" three 'mail=close'
wait_for 60 test -s three/port
job a three tls:none >jobs
status "a connection that is lost" 0 remote-send -X orders -e 60 <jobs
like "is told as such" "$(dialogue)" '^1 - connection closed \(mail\)$'
done_testing
