#!/bin/sh
# Every library module has a unit test of its own, or a test that is named
# here; every program's test has what all of them have.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# Modules that are parts of another one, or need a whole program around them.
cat >"$T/covered" <<'X'
accept/acceptcall   tests/cmd/accept-limit.t
accept/acceptclient tests/cmd/accept-limit.t
accept/acceptfile   tests/lib/accept/acceptrule.c
accept/acceptroom   tests/cmd/drop-take.t
accept/acceptserver tests/cmd/accept-limit.t
accept/accepttext   tests/lib/accept/acceptjudge.c
accept/accepttool   tests/cmd/accept-limit.t
accept/creditfile   tests/cmd/accept-limit.t
account/accountask    tests/cmd/account-check.t
account/accountchange tests/lib/account/accountedit.c
account/accountcheck  tests/cmd/account-check.t
account/accountfind   tests/cmd/account-check.t
account/accountkeys   tests/lib/account/accountedit.c
account/accountlist   tests/lib/account/accountedit.c
account/accountlogin  tests/cmd/account-check.t
account/accountorgs   tests/lib/account/accountedit.c
account/accountrow    tests/lib/account/accountedit.c
account/accountserver tests/cmd/account-check.t
account/accountusers  tests/lib/account/accountedit.c
admin/adminact      tests/cmd/http-admin.t
admin/adminargv     tests/lib/admin/admincall.c
admin/adminask      tests/cmd/http-admin.t
admin/admincommand  tests/cmd/http-admin.t
admin/adminconf     tests/cmd/http-admin.t
admin/adminconfig   tests/cmd/http-admin.t
admin/admincred     tests/cmd/http-admin.t
admin/adminedit     tests/cmd/http-admin.t
admin/adminfault    tests/cmd/http-admin.t
admin/adminjob      tests/cmd/http-admin.t
admin/adminrefuse   tests/cmd/http-admin.t
admin/adminreq      tests/cmd/http-admin.t
admin/adminrun      tests/cmd/http-admin.t
admin/admintable    tests/lib/admin/admincall.c
admin/adminwords    tests/cmd/http-admin.t
api/api             tests/cmd/http-recv.t
api/apianswer       tests/cmd/http-recv.t
api/apicall         tests/cmd/http-recv.t
api/apiconn         tests/cmd/http-recv-wire.t
api/apidoc          tests/cmd/http-recv.t
api/apiletter       tests/cmd/http-recv.t
api/apisend         tests/cmd/http-recv.t
api/apistep         tests/cmd/http-recv-wire.t
api/apitls          tests/cmd/http-recv.t
base/password       tests/cmd/account-edit.t
base/plainwrite     tests/lib/base/plain.c
chain/asker         tests/lib/recv/rcptclient.c
client/clientlink   tests/cmd/client-check.t
client/clientpolicy tests/cmd/client-check.t
client/clientrun    tests/cmd/client-check.t
compose/compose     tests/lib/compose/letter.c
compose/composefault tests/lib/compose/members.c
compose/letterbody  tests/lib/compose/letter.c
compose/letterenv   tests/lib/compose/letter.c
compose/letterhead  tests/lib/compose/letter.c
compose/lettername  tests/lib/compose/letter.c
compose/mustacherender tests/lib/compose/mustache.c
conf/rulesearch     tests/lib/conf/rules.c
dkim/verifyrun      tests/cmd/dkim-verify.t
dns/resolveprobe    tests/lib/dns/dnssec.c
dns/unboundctx      tests/lib/dns/resolve.c
failure/condition   tests/lib/failure/replyfile.c
failure/linesearch  tests/lib/failure/reply.c
failure/sitetable   tests/lib/failure/failuretable.c
fix/tokenpolicy     tests/cmd/token-check.t
grey/greypolicy     tests/cmd/grey.t
import/importfile   tests/cmd/conf-import.t
import/pmtaall      tests/lib/import/pmta.c
import/pmtadomain   tests/lib/import/pmta.c
import/pmtapool     tests/lib/import/pmta.c
import/pmtareply    tests/lib/import/pmta.c
import/kumoreply    tests/lib/import/kumo.c
import/metisall     tests/lib/import/metis.c
import/metislimit   tests/lib/import/metis.c
import/metisqueue   tests/lib/import/metis.c
import/tomltree     tests/lib/import/toml.c
import/tomlvalue    tests/lib/import/toml.c
import/mailrow      tests/lib/import/mailpattern.c
feed/feedbatch      tests/cmd/mail-feed.t
feed/feedbook       tests/cmd/mail-feed.t
feed/feedjson       tests/cmd/mail-feed.t
feed/feedletter     tests/cmd/mail-feed.t
feed/feedmail       tests/cmd/mail-feed.t
feed/feedmbox       tests/cmd/mail-feed.t
feed/feedrun        tests/cmd/mail-feed.t
feedback/feedevent  tests/cmd/feedback.t
feedback/feedlink   tests/cmd/feedback.t
feedback/feedsite   tests/cmd/feedback.t
feedback/freereason tests/lib/feedback/freercpt.c
move/moveaway       tests/cmd/queue-export.t
move/movebatch      tests/cmd/queue-import.t
move/movehead       tests/lib/move/moveenv.c
move/movein         tests/cmd/queue-import.t
move/moveout        tests/cmd/queue-export.t
move/queuefile      tests/lib/move/taken.c
queue/accepted      tests/cmd/queue-inject.t
queue/imported      tests/cmd/queue-import.t
queue/tellrun       tests/cmd/queue-inject.t
fix/match           tests/lib/fix/rules.c
fix/ruleword        tests/lib/fix/rules.c
http/httpcall       tests/cmd/ship-http.t
http/httpcurl       tests/cmd/https-get.t
ship/logopen        tests/lib/ship/logsource.c
ledger/ledgergrant  tests/lib/ledger/ledgercheck.c
ledger/ledgerlimit  tests/lib/ledger/ledgerconf.c
throttle/limitshare tests/cmd/throttle-share.t
throttle/shareasker tests/cmd/throttle-share.t
share/sharehub      tests/cmd/throttle-share.t
share/shareredis    tests/peers/throttle-share.t
share/sharescript   tests/peers/throttle-share.t
throttle/limitledger tests/lib/ledger/ledgercheck.c
throttle/throttleprint tests/lib/throttle/throttle.c
throttle/throttlerate tests/lib/throttle/throttle.c
throttle/transactionledger tests/lib/ledger/ledgercheck.c
mail/dateparse      tests/lib/mail/dateread.c
milter/milterpool   tests/cmd/milter-run.t
mail/tokencheck     tests/lib/mail/token.c
mime/mimevalue      tests/lib/mime/mimetype.c
mime/showtext       tests/lib/mime/mailshow.c
mime/showvalue      tests/lib/mime/mailshow.c
run/controlask      tests/cmd/queue-why.t
run/controlwhy      tests/cmd/queue-why.t
run/lifeclock       tests/lib/run/lifetime.c
run/lifespan        tests/lib/run/lifetime.c
recv/headrcpts      tests/cmd/smtp-recv.t
recv/inboundstart   tests/cmd/smtp-recv.t
recv/login          tests/cmd/smtp-recv-login.t
recv/peer           tests/cmd/smtp-recv-peer.t
recv/qmtpsession    tests/cmd/qmtp-recv.t
recv/recipient      tests/lib/recv/transaction.c
recv/sessionevent   tests/lib/recv/session.c
recv/sessionio      tests/lib/recv/session.c
route/hostsorder    tests/lib/route/hosts.c
send/connhost       tests/lib/send/conn.c
send/connlost       tests/lib/send/conn.c
queue/queuewalk     tests/cmd/queue-list.t
send/connreply      tests/lib/send/conn.c
send/poolcalls      tests/lib/send/pool.c
send/poolend        tests/lib/send/pool.c
send/poolwait       tests/lib/send/pool.c
send/tlsevent       tests/cmd/remote-send-tls.t
send/tlsmemory      tests/lib/send/conntls.c
send/tlsresume      tests/cmd/remote-send-tls.t
recv/acceptask       tests/cmd/accept-limit.t
throttle/closing     tests/cmd/throttle-replies.t
throttle/gate        tests/cmd/throttle.t
throttle/ledgerout   tests/cmd/throttle-check.t
throttle/limitdecide tests/lib/throttle/limiter.c
throttle/limitlearn  tests/lib/throttle/limitadapt.c
throttle/transactionwhy tests/cmd/queue-why.t
throttle/react      tests/cmd/throttle-replies.t
sasl/authattempt    tests/lib/sasl/authserver.c
ship/amqpsink       tests/peers/ship-amqp.t
ship/clickhouse     tests/lib/ship/httpform.c
ship/elastic        tests/lib/ship/httpform.c
ship/heads          tests/cmd/log-ship.t
ship/linkurl        tests/cmd/ship-redis.t
ship/linkproc       tests/cmd/log-ship.t
ship/shipaudit      tests/cmd/log-audit-ship.t
ship/shipping       tests/cmd/log-ship.t
ship/shipshow       tests/cmd/log-ship.t
ship/shiptable      tests/cmd/log-ship.t
ship/cursorfile     tests/cmd/log-ship.t
ship/filesink       tests/cmd/ship-file.t
ship/httpfiles      tests/cmd/ship-http.t
ship/httpkinds      tests/lib/ship/httpform.c
ship/httplink       tests/cmd/ship-http.t
ship/httprequest    tests/cmd/ship-http.t
ship/influx         tests/lib/ship/httpform.c
ship/loki           tests/lib/ship/httpform.c
ship/pipesink       tests/cmd/ship-pipe.t
ship/plainbody      tests/lib/ship/httpform.c
ship/pgsqlsink      tests/peers/ship-pgsql.t
ship/redissink      tests/cmd/ship-redis.t
ship/riak           tests/lib/ship/httpform.c
ship/shipconn       tests/peers/ship-redis.t
ship/shipkinds      tests/lib/ship/shipkeys.c
ship/syslogsink     tests/cmd/ship-syslog.t
ship/shiptls        tests/peers/ship-redis.t
ship/splunk         tests/lib/ship/httpform.c
ship/sqlitesink     tests/cmd/ship-sqlite.t
ship/webhook        tests/lib/ship/httpform.c
sign/dkimstage      tests/cmd/dkim-sign.t
sign/keycheck       tests/cmd/dkim-key.t
sim/simfiles        tests/cmd/sim.t
sim/simflow         tests/cmd/sim.t
sim/simjob          tests/cmd/sim.t
sim/simroute        tests/cmd/sim.t
sim/simrun          tests/chain/simulated.t
sim/simsettle       tests/chain/simulated.t
sim/simstate        tests/cmd/sim.t
smtp/inpath         tests/lib/smtp/smtpin.c
smtp/instate        tests/lib/smtp/smtpin.c
smtp/outaddress     tests/lib/smtp/smtpout.c
smtp/outcommand     tests/lib/smtp/smtpout.c
smtp/outstep        tests/lib/smtp/smtpout.c
spf/answer          tests/lib/spf/spf.c
spf/spfname         tests/lib/spf/spf.c
spf/spfrecord       tests/lib/spf/spf.c
stage/filterserver  tests/cmd/filter-stays.t
stage/stagefile     tests/cmd/filter.t
stage/stagelink     tests/lib/stage/stage.c
stage/standalone    tests/lib/stage/stage.c
sts/stscache        tests/cmd/sts-fetch.t
sts/stsfetch        tests/cmd/sts-fetch.t
sts/stsrun          tests/cmd/sts-fetch.t
sts/stsserve        tests/cmd/sts-fetch.t
throttle/limitflow  tests/lib/throttle/limiter.c
tls/park            tests/lib/tls/engine.c
tls/records         tests/lib/tls/engine.c
tls/tls             tests/lib/tls/engine.c
tls/certfile        tests/lib/tls/certstore.c
tls/certitem        tests/lib/tls/certstore.c
tls/keycall         tests/lib/tls/keyclient.c
tlscheck/hellomake  tests/lib/tlscheck/hello.c
tlscheck/helloread  tests/lib/tlscheck/hello.c
X
for f in lib/*/*.c; do
	m=${f#lib/} m=${m%.c}
	t=tests/lib/$m.c
	by=$(sed -n "s|^$m  *||p" "$T/covered")
	own=no
	[ ! -e "$t" ] || own=yes
	if [ -z "$by" ]; then
		is "$m has its $t" "$own" yes
	else
		is "$m has no $t, so stands in the list" "$own" no
		[ -e "$by" ]
		ok "$by for $m is there" $?
	fi
done
while read -r m _; do
	[ -e "lib/$m.c" ]
	ok "$m of the list is there" $?
done <"$T/covered"

# What the test of every program shows, or says in a comment why it cannot:
# "# no WHAT: REASON".
shows() {
	grep -qE "$3" "tests/cmd/$1.t" || grep -qE "^# no $2[^:]*: ." "tests/cmd/$1.t"
	ok "tests/cmd/$1.t: $2" $?
}
for f in cmd/*; do
	p=${f##*/} p=${p%.*}
	shows "$p" "bad usage" "(status .* 100 ([A-Z_]+=[^ ]* )*(sh -c )?['\"]?$p|^$p .*(is .* 100|100\$)|is .*\\$\\? 100)"
	shows "$p" /dev/full ">/dev/full|ln -s /dev/full"
	shows "$p" "closed descriptor" "([0-9]+ .*[<>]&-|[<>]&-.*(111|err|null)|fd>&-)"
done

# and what they do, tried here
for f in cmd/*.c; do
	p=${f##*/} p=${p%.c}
	perm=100 temp=111
	[ "$p" != sendmail ] || perm=64 temp=75
	status "$p: bad usage" $perm "$p" --no-such-option
	"$p" <&- >/dev/null 2>&1
	is "$p: descriptor 0 closed" $? $temp
	[ "$p" != sendmail ] || continue # silent as cron wants it
	"$p" >&- 2>/dev/null </dev/null
	is "$p: descriptor 1 closed" $? 111
	"$p" 2>&- >/dev/null </dev/null
	is "$p: descriptor 2 closed" $? 111
done
done_testing
