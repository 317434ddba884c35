# rohrpost(8): an instance is made

# The kinds of events that say what became of mail, event(5): log-audit and
# whoever asks for a message needs each of them, and refusals, of which
# anybody can cause any number, must not push them out.
final='accepted sent deferred bounced expired deleted held released ordered order-begun order-ended reported unreported duplicate started stopped'

# log_folders NAME: two logs of a service, and each line goes to one of them.
# When the disk is full, svlogd gives its oldest files away down to N.
log_folders() {
	[ -e "$dir/log/$1/config" ] || {
		printf 's10000000\nn50\n'
		# shellcheck disable=SC2086
		printf -- '-ts:*\tev:%s\t*\n' $final
	} >"$dir/log/$1/config" || exit 111
	[ -e "$dir/log/$1-final/config" ] || {
		printf 's10000000\nn100\nN50\n-*\n'
		# shellcheck disable=SC2086
		printf '+ts:*\tev:%s\t*\n' $final
	} >"$dir/log/$1-final/config" || exit 111
}

# fill TEMPLATE NAME: a run file of a service.  Lines after @USERS@ are for
# separate users, those after @ONE@ for an instance without.
fill() {
	kind=${users:+USERS}
	before=$first workers=0
	# what only this machine reaches has a proxy in front
	case $http in 127.* | '[::1]'*) behind=-x ;; *) behind="-K $dir/sock/tls/sock" ;; esac
	# who writes the journal of what comes back is one
	[ "$1" != smtp ] || [ -z "$feedback" ] || before="$first$back" workers=1
	sed -e "s|^@${kind:-ONE}@||" -e '/^@ONE@/d' -e '/^@USERS@/d' \
		-e "s|@DIR@|$dir|g" -e "s|@BIN@|$bin|g" -e "s|@SMTP@|$smtp|g" \
		-e "s|@LISTEN@|$listen|g" -e "s|@SUBMISSION@|$submission|g" -e "s|@SUBMISSIONS@|$submissions|g" \
		-e "s|@LOG@|$dir/log/$2|g" -e "s|@CHAIN@|$chain|g" \
		-e "s|@CLIENT@ |$client|g" -e "s|@GROUPS@|${client:+:rohrsend:rohrclient}|g" -e "s|@CONTACT@|$contact|g" -e "s|@ORGANIZATION@|${contact#*@}|g" \
		-e "s|@ASKS@ |$asks$lists|g" -e "s|@KNOWS@ |$knows|g" -e "s|@KNOWN@|$known|g" -e "s|@UNSUB@|$unsub|g" -e "s|@HTTP@|$http|g" -e "s|@BEHIND@|$behind|g" -e "s|@SUPPRESSES@|${lists:+:rohrsuppress}|g" -e "s|@COUNTS@ |$counts|g" -e "s|@ONWARD@|$onward|g" \
		-e "s|@REDIS@|$redis|g" -e "s|@WORKERS@|$workers|g" -e "s|@READS@|${lists:+:rohrsmtp:rohrsuppress}|g" -e "s|@ROUTES@|${lists:+:rohrroute:rohrsuppress}|g" -e "s|@LINKS@ |$before$links|g" "$share/service/$1/run"
}

# a signal leaves no last words; runsv gives its number
# shellcheck disable=SC2016
finish='#!/bin/sh
# Says what ended it, where it could not.
case $1.$2 in -1.15) ;; -1.*) echo "${PWD##*/}: fatal: killed by signal $(($2 & 127))" ;; esac'

# write_service FOLDER NAME: the scripts of a service, where FOLDER/log is; the
# caller has them executable
write_service() {
	fill "$2" "$2" >"$1/run" && fill log "$2" >"$1/log/run" && echo "$finish" >"$1/finish"
}

# make_services NAME...: the folders of service/, and of their logs; all logs
# have one template.  What is made is kept in .made, and copied from there.
make_services() {
	made=''
	for s; do
		made="$made $dir/service/.made/$s/log $dir/log/$s $dir/log/$s-final"
	done
	# shellcheck disable=SC2086
	rm -rf "$dir/service/.made" && mkdir -p $made || exit 111
	made=''
	for s; do
		log_folders "$s"
		write_service "$dir/service/.made/$s" "$s" || exit 111
		made="$made $dir/service/.made/$s"
	done
	# shellcheck disable=SC2086
	chmod -R 755 $made && cp -R $made "$dir/service/" || exit 111
}

# service_names: sets $names, the services of an instance with these options
service_names() {
	names="listen smtp drop inject deliver tls ${client:+tlsout} sts ${contact:+tlsrpt} ${submission:+submission} ${submissions:+submissions} ${logins:+auth} ${rcpts:+rcpt} ${limits:+limit} ${accounts:+account admin} ${http:+http} ${unsub:+unsub} ${ships:+ship} ${lists:+suppress} ${ledger:+ledger} ${shared:+share} ${feedback:+feedback} ${users:+chain local send command} ${signed:+sign}"
}

# What init has made goes again when it does not come to its end; what was
# there before stays.
missing=
remember() {
	new=$1
	while [ ! -e "$new" ] && [ ! -L "$new" ]; do
		missing=$new
		case $new in
		/*/* | [!/]*/*) new=${new%/*} ;;
		/*) new=/ ;;
		*) new=. ;;
		esac
	done
	[ -z "$missing" ] || return
	for f in conf queue mail log sock status drop keys tls tls-client sts logins secrets reports tokens srs unsub ship feedback suppress ledger share limit account commands service env trace \
		queue/mess queue/tmp queue/done queue/lock queue/trigger queue/held \
		drop/new drop/bad tls/self.pem tls/mail.pem tls-client/client.pem sock/submit.sock sock/inject.sock; do
		[ -e "$1/$f" ] || missing="$missing $1/$f"
	done
	for f in "$share"/conf-examples/* me local routes; do
		[ -e "$1/conf/${f##*/}" ] || missing="$missing $1/conf/${f##*/} $1/conf/${f##*/}.cdb"
	done
}

undo() {
	code=$?
	# shellcheck disable=SC2086
	[ $code = 0 ] || rm -rf $missing
	exit $code
}

# one more mailbox, or several, in an instance that is there
add_users() {
	[ -n "$mailboxes" ] && [ -z "$other" ] ||
		die 100 "$name is an instance already, and init adds users alone to one; domains, routes and aliases stand in its conf/; services are added by rohrpost upgrade $name, or all are made anew so: rohrpost down $name, move $name/service elsewhere, and init with all options, those of before, too: what else is there stays"
	place "$name"
	for u in $mailboxes; do
		act mailbox-add "$u"
		mailbox "$u"
		echo "$dir/mail/$u is there"
	done
}

# take NAME VALUE: an option of init that has a value
take() {
	case $1 in
	--smtp | --submission | --submissions | --unsub | --http)
		address_ok "$2" || die 100 "$1 $2: must be ADDR:PORT, numbers only, an IPv6 address in brackets"
		;;
	--local | --sign | --feedback | --srs) domain_ok "$2" || die 100 "$1 $2: must be a domain" ;;
	--tls-report) contact_ok "$2" || die 100 "--tls-report $2: must be an address" ;;
	esac
	case $1 in
	--smtp) smtp=$2 ;;
	--submission) submission=$2 ;;
	--submissions) submissions=$2 ;;
	--relay) relay=$2 ;;
	--local) case " $domains " in *" $2 "*) ;; *) domains="$domains $2" ;; esac ;;
	--sign) case " $signed " in *" $2 "*) ;; *) signed="$signed $2" ;; esac ;;
	--user)
		u=$(printf %s "$2" | tr '[:upper:]' '[:lower:]')
		mailbox_name "$u" || die 100 "--user $2: a mailbox's name has letters, digits and ._=- only, and neither .=- in front"
		mailboxes="$mailboxes $u"
		;;
	--postmaster) postmaster=$2 ;;
	--cert) cert=$2 ;;
	--key) key=$2 ;;
	--client-cert) client_cert=$2 ;;
	--client-key) client_key=$2 ;;
	--tls-report) contact=$2 ;;
	--unsub) unsub=$2 ;;
	--http) http=$2 accounts=1 ;;
	--srs) srs=$2 ;;
	--feedback) case " $feedback " in *" $2 "*) ;; *) feedback="$feedback $2" ;; esac ;;
	--share) share_place "$2" || die 100 "--share $2: must be ADDR:PORT, with /DATABASE behind it or not, or unix:PATH; numbers only, and the path from the root" ;;
	--machines)
		machines_ok "$2" || die 100 "--machines $2: must be 0 to 1000"
		machines=$2
		;;
	--share-login) share_password "$2" ;;
	--ship)
		case $2 in *"$newline"*) die 100 "--ship: one destination each, on one line" ;; esac
		ships="$ships$2$newline"
		;;
	esac
}

init_arguments() {
	name='' smtp=127.0.0.1:2525 submission='' submissions='' relay='' domains='' hold=0 users='' auth='' signed='' contact='' unsub='' asks='' ships='' feedback='' first='' lists='' ledger='' srs='' limits='' http='' accounts='' shared='' machines='' database='' password=''
	unset cert key client_cert client_key
	mailboxes='' postmaster='' other='' old_me='' old_local='' old_routes=''
	while [ $# -gt 0 ]; do
		case $1 in
		--user | [!-]*) ;;
		*) other=1 ;;
		esac
		case $1 in
		--smtp | --submission | --submissions | --relay | --local | --sign | --user | --postmaster | --cert | --key | --client-cert | --client-key | --tls-report | --unsub | --http | --ship | --feedback | --srs | --share | --machines | --share-login)
			[ $# -ge 2 ] || usage
			take "$1" "$2"
			shift
			;;
		--hold) hold=1 ;;
		--users) users=1 ;;
		--auth) auth=1 ;;
		--rcpt-check) asks=1 ;;
		--accept-limits) limits=1 ;;
		--suppress) lists=1 ;;
		--ledger) ledger=1 ;;
		'' | -*) usage ;;
		*) [ -z "$name" ] || usage; name=$1 ;;
		esac
		shift
	done
	[ -n "$name" ] || usage
	# paths that are forged are refused before mail for them is taken
	[ -z "$srs" ] || asks=1
	share_whole
	taken=' '
	for a in "$smtp" $submission $submissions $unsub $http; do
		case $taken in *" $a "*) die 100 "$a: two services at one address" ;; esac
		taken="$taken$a "
	done
	case ${cert+c}${cert:+C}${key+k}${key:+K} in '' | cCkK) ;; *) usage ;; esac
	case ${client_cert+c}${client_cert:+C}${client_key+k}${client_key:+K} in '' | cCkK) ;; *) usage ;; esac
}

# Whose the postmaster's mail is.  One of ours needs a mailbox, and is no alias
# of the others.
name_postmaster() {
	[ -n "$postmaster" ] || postmaster=$(login_mailbox)
	case $postmaster in
	*[!A-Za-z0-9._=+@-]* | -* | @* | *@*@*) die 100 "--postmaster $postmaster: must be a user or an address" ;;
	*@*)
		domain_ok "${postmaster#*@}" || die 100 "--postmaster $postmaster: must be a user or an address"
		here "${postmaster#*@}" && mailbox_name "${postmaster%@*}" || return 0
		postmaster=${postmaster%@*}
		;;
	*) mailbox_name "$postmaster" || die 100 "--postmaster $postmaster: must be a user or an address" ;;
	esac
	mailboxes="$mailboxes $postmaster"
}

# what cannot be seen in the arguments alone
can_init() {
	case $name in /*) name_ok "$name" ;; *) name_ok "$(pwd)/$name" ;; esac
	case $bin in *[!A-Za-z0-9/._+,:@%-]*) die 100 "$bin: the programs' folder may have letters, digits and /._+,:@%- only" ;; esac
	[ -z "$users" ] || [ "$(id -u)" = 0 ] || die 100 "--users needs root"
	[ -z "$users" ] || command -v chpst >/dev/null || die 111 "chpst is missing: install the package runit"
}

# where svlogd keeps what throttle has let go, and the FIFO by which it comes
ledger_folder() {
	mkdir -p ledger && chmod 710 ledger || return 1
	[ -p ledger/fifo ] || mkfifo -m 660 ledger/fifo || return 1
	[ -e ledger/config ] || printf 's10000000\nn100\nN10\n' >ledger/config
}

# the folders of all instances, and those that some services have alone
folders() {
	cd "$name" || exit 111
	mkdir -p queue mail log sock/tls sock/sts sock/listen sts status drop/new drop/bad env logins secrets trace &&
		chmod 700 drop drop/bad logins secrets && chmod 750 log || exit 111
	[ -z "$signed" ] || mkdir -p sock/sign || exit 111
	[ -z "$submission$submissions" ] || mkdir -p sock/auth || exit 111
	[ -z "${client_cert-}" ] || mkdir -p sock/tlsout || exit 111
	[ -z "$asks" ] || mkdir -p sock/rcpt || exit 111
	[ -z "$limits" ] || { mkdir -p limit sock/limit && chmod 700 limit; } || exit 111
	[ -z "$accounts" ] || { mkdir -p account sock/account sock/admin && chmod 700 account; } || exit 111
	[ -z "$srs" ] || { mkdir -p srs && chmod 711 srs; } || exit 111
	[ -z "$ships" ] || { mkdir -p ship && chmod 700 ship; } || exit 111
	[ -z "$unsub$feedback" ] || { mkdir -p tokens && chmod 711 tokens; } || exit 111
	[ -z "$unsub" ] || { mkdir -p unsub && chmod 700 unsub; } || exit 111
	[ -z "$lists" ] || { mkdir -p suppress && chmod 750 suppress; } || exit 111
	[ -z "$ledger" ] || ledger_folder || exit 111
	[ -z "$shared" ] || { mkdir -p share sock/share && chmod 700 share; } || exit 111
	[ -z "$feedback" ] || { mkdir -p feedback sock/feedback && chmod 700 feedback; } || exit 111
	[ -z "$contact" ] || { mkdir -p reports/tls && chmod 700 reports; } || exit 111
}

# what stands in the templates of services
chains() {
	lists=${lists:+"-x $dir/suppress "}
	onward=unix:$dir/sock/inject.sock
	# a FIFO that nobody reads holds it up, and not its start
	throttle=throttle
	[ -z "$ledger" ] || throttle="sh -c 'exec throttle -g 5 \"\$@\" 5<>$dir/ledger/fifo' throttle"
	redis=
	[ -z "$shared" ] || {
		throttle="$throttle -S $dir/sock/share/sock"
		[ -z "$password" ] && [ ! -e "$dir/share/login" ] || redis="-a $dir/share/login "
		redis="$redis${database:+-d $database }-n $machines -r $shared"
	}
	[ -z "$feedback" ] || onward=unix:$dir/sock/feedback/sock
	local="local-deliver -C $dir/conf $dir/mail $onward"
	client=${client_cert:+"-k $dir/sock/tlsout/sock "}
	send="remote-send -C $dir/conf ${client}-L $dir/secrets/login -X $dir/trace/orders -Q $dir/queue/mess"
	[ -z "$users" ] || local=unix:$dir/sock/local/sock send=unix:$dir/sock/send/sock
	back_to=${srs:+"srs -k $dir/srs/keys -C $dir/conf $srs "}
	knows=${srs:+"dispatch ask:program { ${back_to}answer status:sent } { "}
	known=${srs:+" }"}
	chain="${back_to}route ${lists}-S unix:$dir/sock/sts/sock $dir/conf dispatch via:local { $local } { $throttle -s $dir/status/throttle $dir/conf $send }"
	counts=${limits:+"-q unix:$dir/sock/limit/sock "}
	rcpts=$asks
	asks=${asks:+"-R unix:$dir/sock/rcpt/sock "}${limits:+"-q unix:$dir/sock/limit/sock "}
	first=${auth:+"mail-auth -C $dir/conf "}
	keys=
	[ -z "$unsub$feedback" ] || keys="-k $dir/tokens/keys "
	back="feedback -C $dir/conf ${keys}-s $dir/feedback/facts -m $dir/feedback/kept "
	links=
	[ -z "$signed$keys$lists" ] || links="mail-fix -C $dir/conf $keys$lists"
	[ -z "$signed" ] ||
		links="${links}dkim-sign -s $dir/sock/sign/sock -k $dir/conf/dkim.cdb "
	logins=$submission$submissions
	listen="-o $smtp${submission:+ -o $submission}${submissions:+ -o $submissions}"
}

# what signs return paths and links that come back to us; keys that are there stay
token_keys() {
	[ -e "$dir/tokens/keys" ] || token-check -n "$dir/tokens/keys" || exit 111
}

# lines for conf/fix, as they can be pasted
tells_fix() {
	echo "put these lines into $dir/conf/fix, ${unsub:+with the name of the proxy for NAME, }then rohrpost reload $dir; where another host sends, into its conf/fix, and copy $dir/tokens/keys there"
	[ -z "$feedback" ] || echo "  return-path:${feedback##* } verp"
	[ -z "$unsub" ] || {
		echo "  list-unsubscribe:https://NAME/ one-click"
		echo "where lists are kept for tenants, say whose mail the links are in: host NAME tenant=WHOSE in $dir/conf/feedback"
	}
}

init_tells() {
	[ -z "$srs" ] || echo "let the MX of $srs be this host"
	[ -z "$feedback" ] || echo "let the MX of$feedback be this host"
	[ -z "$unsub" ] || echo "let a proxy with TLS bring https://NAME/ to $unsub"
	[ -z "$unsub$feedback" ] || tells_fix
	[ -z "$accounts" ] || echo "make the first key: rohrpost key-add $dir ORGANISATION admin"
	[ -z "$limits" ] || echo "say how much may come in, in $dir/conf/accept"
	[ -z "$shared" ] || echo "say which limits are shared by the word shared in $dir/conf/throttle, on the same lines of all machines"
	[ -z "$signed" ] || echo "publish the DNS records in $dir/keys/records"
	case $postmaster in
	*@*) echo "mail for postmaster, root and the like goes to $postmaster" ;;
	*) echo "mail for postmaster, root and the like goes to $dir/mail/$postmaster" ;;
	esac
	echo "$dir is ready: rohrpost up $dir"
}

init() {
	init_arguments "$@"
	root_comes "$name" init "$@"
	[ -z "$relay" ] || host_ok "$relay" || die 100 "--relay $relay: must be HOST:PORT, an IPv6 address in brackets"
	[ ! -e "$name/service" ] || {
		add_users
		return
	}
	[ -n "$domains" ] || domains=localhost
	name_postmaster
	can_init
	# each mode is the same under any umask
	umask 022
	remember "$name"
	trap undo EXIT
	trap 'exit 111' HUP INT TERM
	why=$(mkdir -p "$name" 2>&1) || die 111 "unable to make $name: ${why##*: }"
	# somebody else may have made it a moment before
	root_comes "$name" init "$@"
	(folders) || exit
	place "$name"
	queue-check -i "$dir/queue" >/dev/null || exit
	[ $hold = 0 ] || : >"$dir/queue/held" || exit 111
	configure
	[ -z "$unsub$feedback" ] || token_keys
	[ -z "$srs" ] || [ -e "$dir/srs/keys" ] || token-check -n "$dir/srs/keys" || exit 111
	[ -z "$password" ] || put_password || :
	for u in you $mailboxes; do mailbox "$u"; done
	chains
	service_names
	# shellcheck disable=SC2086
	make_services $names
	[ -z "$users" ] || separate_users
	act init
	init_tells
	trap - EXIT HUP INT TERM
}
