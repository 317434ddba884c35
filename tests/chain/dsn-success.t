#!/bin/sh
# Who asks for it (NOTIFY=SUCCESS) hears once what became of his mail:
# delivered, relayed, expanded; nobody else does.  From a parcel to the report
# in the sender's Maildir, and over a death of queue-run at any time.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
mkdir conf mail
for u in ann bob eve; do mkdir -p mail/$u/new mail/$u/cur mail/$u/tmp; done
echo me.example >conf/me
# where each goes, instead of route
cat >labels <<'S'
s/	to:\(ann\|bob\|eve\)@me\.example/&	via:local	user:\1/
s/	to:alias@me\.example/&	via:local	forward:bob@me.example/
s/	to:list@me\.example/&	via:local	forward:bob@me.example far@x.example/
s/	to:both@me\.example/&	via:local	user:eve	keep:1	forward:bob@me.example/
s/	to:command@me\.example/&	via:local	program:true/
S
cat >chain <<S
#!/bin/sh
sed -u -f labels | dispatch via:local { local-deliver mail queue-inject q } \
	{ answer status:sent esc:2.0.0 host:mx.x.example 'text:250 2.0.0 ok' dsn:relayed }
S
chmod +x chain
fresh() { no_queue q; queue-check -i q || exit 1; : >log; rm -f mail/*/new/*; }
run() { bg queue-run -b 'bounce -C conf queue-inject q' q ./chain 2>>log; run_pid=$bg_pid; }
stop() { kill "$run_pid"; wait "$run_pid"; }
# parcel LINES...: a message from ann, into the queue
parcel() {
	printf '%s\n' 'from ann@me.example' "$@" '' 'Subject: hello' 'Message-ID: <m1@me.example>' '' text >content
	{ printf '%d:' $(($(wc -c <content))); cat content; printf ,; } | queue-inject q 2>>log >receipt
	id=$(sed 's/^[0-9]*:K\(.*\),$/\1/' receipt)
}
drained() { wait_for 20 none_in q; }
# the facts of the reports in ann's Maildir, a line for each recipient
facts() {
	cat mail/ann/new/* 2>/dev/null | awk '/^Original-Recipient: /{o=" was " $3} /^Final-Recipient: /{r=$3}
		/^Action: /{a=$2} /^Status: /{print r, a, $2 o; o=""}' | sort
}

fresh
run
parcel 'envid e+2B1' 'to bob@me.example NOTIFY=SUCCESS ORCPT=rfc822;Bob@me.example' 'to eve@me.example' \
	'to far@x.example NOTIFY=SUCCESS,FAILURE' 'to near@x.example NOTIFY=FAILURE' \
	'to none@x.example NOTIFY=NEVER' 'to any@x.example'
drained; ok "delivered and relayed" $?
is "who asked hears of it" "$(facts)" "bob@me.example delivered 2.0.0 was Bob@me.example
far@x.example relayed 2.0.0"
is "a report for each kind" "$(ls mail/ann/new | wc -l)" 2
like "the server's words" "$(cat mail/ann/new/*)" "^Diagnostic-Code: smtp; 250 2.0.0 ok$"
is "the sender's id in both" "$(cat mail/ann/new/* | grep -c '^Original-Envelope-Id: e+1$')" 2
is "the header alone" "$(cat mail/ann/new/* | grep -c '^text$')" 0
is "the mail is there" "$(ls mail/bob/new | wc -l) $(ls mail/eve/new | wc -l)" "1 1"
like "the log joins them" "$(cat log)" "ev:reported.*id:$id${tab}kind:delivered${tab}n:0${tab}report:"
like "and says which was owed" "$(cat log)" "ev:sent.*to:bob@me.example.*dsn:delivered"
rm -f mail/*/new/*

# aliases
parcel 'to alias@me.example NOTIFY=SUCCESS'
drained
is "one address: its own delivery is told of" "$(facts)" "bob@me.example delivered 2.0.0"
rm -f mail/*/new/*
parcel 'to list@me.example NOTIFY=SUCCESS,FAILURE'
drained
is "several: expanded, and no more" "$(facts)" "list@me.example expanded 2.0.0"
is "it is delivered" "$(ls mail/bob/new | wc -l)" 1
rm -f mail/*/new/*
parcel 'to both@me.example NOTIFY=SUCCESS' 'to command@me.example NOTIFY=SUCCESS'
drained
is "kept beside a copy, run by a command: delivered" "$(facts)" "both@me.example delivered 2.0.0
command@me.example delivered 2.0.0"
rm -f mail/*/new/*
printf '%s\n' 'from' 'to bob@me.example NOTIFY=SUCCESS' '' 'Subject: x' '' >content
{ printf '%d:' $(($(wc -c <content))); cat content; printf ,; } | queue-inject q 2>>log >receipt
drained
is "the null sender hears nothing" "$(ls mail/ann/new | wc -l)$(grep -c "ev:sent.*from:$tab.*dsn:" log)" 01
is "no report was dropped but that nobody wanted" "$(grep -c "no report for" log)" 1
stop
log-audit q log >audit 2>&1; ok "the books are right" $?

# without a bounce command nothing is owed
fresh
bg queue-run q ./chain 2>>log; run_pid=$bg_pid
parcel 'to far@x.example NOTIFY=SUCCESS'
drained; ok "nobody makes reports: it is sent all the same" $?
stop

# a death at any time: no second delivery, a report, or in doubt two
fresh
i=0
while [ $i -lt 12 ]; do
	i=$((i + 1))
	parcel "to bob@me.example NOTIFY=SUCCESS" "to far@x.example NOTIFY=SUCCESS"
	echo "$id" >>sent
	run
	# between its start and its report, which waits for neighbours
	python3 -c "import time; time.sleep($i * 0.03)"
	kill -9 "$run_pid"
	wait "$run_pid" 2>/dev/null
done
run
drained; ok "the queue is empty after all" $?
stop
is "each is told of" "$(facts | sort -u)" "bob@me.example delivered 2.0.0
far@x.example relayed 2.0.0"
for of in delivered relayed; do
	n=$(facts | grep -c " $of ")
	[ "$n" -ge 12 ] && [ "$n" -le 24 ]; ok "12 $of, and no more than one again: $n" $?
done
like "delivered once, or after a word of doubt" "$(ls mail/bob/new | wc -l) $(($(ls mail/bob/new | wc -l) - 12 - $(grep -c ev:duplicate log)))" '^[0-9]+ (0|-[0-9]+)$'
log-audit q log >audit 2>&1; ok "the books are right" $?
sed 's/^/# /' audit
done_testing
