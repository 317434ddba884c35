#!/bin/sh
# Every program has a manual page and a test; every page is clean; usage and
# SYNOPSIS agree; what is forbidden is not there.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

for f in cmd/*.*; do
	p=${f##*/} p=${p%.*}
	[ -e "doc/man/$p.8" ] || [ -e "doc/man/$p.1" ]
	ok "$p has a manual page" $?
	[ -e "tests/cmd/$p.t" ]
	ok "$p has a test" $?
	grep -q "[^a-z-]$p[^a-z-]" README.md
	ok "$p stands in README.md" $?
done

if command -v mandoc >/dev/null; then
	for m in doc/man/*; do
		out=$(mandoc -T lint -W warning "$m" 2>&1)
		is "${m##*/} is clean" "$out" ""
	done
else
	skip "mandoc is missing"
fi

# "usage: NAME ..." as the program prints it, and the SYNOPSIS rendered
for f in cmd/*.c; do
	p=${f##*/} p=${p%.c}
	[ -e "doc/man/$p.8" ] || continue
	usage=$("$p" --no-such-option </dev/null 2>&1 >/dev/null |
		sed -n "s/^$p: fatal: usage: //p" | tr -s ' ')
	page=$(mandoc -T utf8 "doc/man/$p.8" 2>/dev/null | col -bx | awk '
		/^SYNOPSIS/ { on = 1; next } /^[A-Z]/ { on = 0 } on' | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')
	is "$p: usage and SYNOPSIS agree" "$usage" "$page"
done

for l in run:queue-run inject:queue-inject; do
	bad=$(grep -lE "#include \"${l%:*}/" cmd/*.c lib/*/*.[ch] | grep -vE "^(cmd/${l#*:}.c|lib/${l%:*}/)")
	is "only ${l#*:} stands on ${l%:*}" "$bad" ""
done
bad=$(grep -nE '\<(atoi|atol|strtol|strtoul|sscanf|strcpy|strcat|strncpy|sprintf|system|popen|gets|alloca) ?\(' cmd/*.c lib/*/*.c |
	grep -v 'lib/base/spawn.c.*strcpy(sa.sun_path')
is "no function that is forbidden here" "$bad" ""
bad=$(grep -nE '#include <(fmt|scan|buffer|io|iob|errmsg)\.h>' cmd/*.c lib/*/*.[ch])
is "libowfat's traps are not included" "$bad" ""
for lib in ev.h:lib/base/loop.h unbound.h:lib/dns/unboundctx.c cdb.h:lib/base/table.h \
	libpsl.h:lib/dns/suffix.c curl/curl.h:'lib/http/(https|httpcall|httpcurl).c' \
	jansson.h:'lib/(tlsrpt/rptread.c|ship/bulkanswer.c|format/jsonread.h|feed/feedmail.h|many/(listrow|mailtext).h|compose/.*|api/apiadapt.[ch])' \
	sqlite3.h:'lib/(ship/sqlitesink|account/accountdb).c' microhttpd.h:lib/httpd/httpd.c zlib.h:lib/httpd/packing.c \
	hiredis/.\*:"lib/(base/redisreader|ship/redissink|share/shareredis).c" gnutls/.\*:lib/ship/shiptls.c \
	.\*libpq-fe.h:lib/ship/pgsqlsink.c amqp.\*:lib/ship/amqpsink.c \
	sodium.h:'lib/crypt/(pubkey|privkey|pwhash|x25519).c' \
	openssl/.\*:'lib/crypt/(privkey|certkey|certificate|certmake|pem).c' \
	bearssl.h:'lib/tls/(engine|collect|bearname|bearkey|certpath|anchors|curves|ecverify|hashes).[ch]'; do
	bad=$(grep -lE "#include <${lib%%:*}>" cmd/*.c lib/*/*.[ch] | grep -vE "^${lib#*:}$")
	is "only ${lib#*:} includes ${lib%%:*}" "$bad" ""
done
bad=$(grep -l 'ROHRPOST_CLOCK"' cmd/*.c lib/*/*.[ch] | grep -v '^lib/base/clock.c$')
is "only lib/base/clock.c looks at ROHRPOST_CLOCK" "$bad" ""
bad=$(grep -nE '\<(time|gettimeofday|clock_gettime) ?\((NULL|0|CLOCK_|&)' cmd/*.c lib/*/*.c | grep -vE '^lib/base/clock.c:')
is "and at the clocks of the system" "$bad" ""
bad=$(grep -rnwE 'XXX|TODO|FIXME' cmd lib | head)
is "no unfinished business in comments" "$bad" ""

# A program links the libraries of those files of lib that are in it, and no
# other; libcrypto and libowfat may not be in one program.  What smtp-recv needs
# of nettle and libsodium is a part of it.
libs_of='privkey:crypto,sodium pem:crypto certkey:crypto certificate:crypto certmake:crypto
	pubkey:hogweed,gmp,sodium pwhash:sodium x25519:sodium p256:hogweed,gmp digest:nettle resolve:unbound
	idn:idn2 suffix:psl https:curl-gnutls httpcall:curl-gnutls
	rptread:jansson bulkanswer:jansson jsonread:jansson adminparams:jansson compose:jansson sqlitesink:sqlite3 accountdb:sqlite3 httpd:microhttpd packing:z
	redisreader:hiredis redissink:hiredis shareredis:hiredis shiptls:gnutls pgsqlsink:pq amqpsink:rabbitmq'
# names PROGRAM: what its symbols tell, in one line: how many of libowfat's are
# in it, of BearSSL's private keys, of its engine; whether there is a layer of
# TLS; and the libraries that its files need
names() {
	nm "$1" | awk -v libs="$libs_of" '
	BEGIN { n = split(libs, l, /[ \t\n]+/); for (i = 1; i <= n; i++) { split(l[i], a, ":"); need[a[1]] = a[2] } }
	$NF ~ /^(cdb_|byte_|str_|stralloc_|fmt_|scan_)[a-z]+$/ { owfat++ }
	$2 != "T" { next }
	$3 ~ /^br_(rsa_i[0-9]+_private|ecdsa_i[0-9]+_sign_)/ { keys++ }
	$3 ~ /^br_ssl_/ { engine++ }
	$3 ~ /^tls_begin/ { layer = 1 }
	$3 ~ /^nettle_/ { part["nettle"] = 1 }
	$3 ~ /^crypto_scalarmult_/ { part["sodium"] = 1 }
	{ f = $3; sub(/_.*/, "", f); if (f in need && f != $3) { m = split(need[f], a, ","); for (i = 1; i <= m; i++) want[a[i]] = 1 } }
	END {
		printf "%d %d %d %d", owfat, keys, engine, layer
		for (w in want) if (!(w in part)) printf " %s", w
		print ""
	}'
}
tls=
for p in "${ROHRPOST_BIN:-build/bin}"/*; do
	head -c 4 "$p" | grep -q ELF || continue
	# shellcheck disable=SC2046
	set -- $(names "$p")
	owfat=$1 keys=$2 engine=$3 layer=$4
	shift 4
	have=$(readelf -d "$p" | sed -n 's/.*NEEDED.*\[lib\([^.]*\)\..*/\1/p' |
		grep -vE '^(c|m|gcc_s|[a-z]*san)$' | sort)
	is "${p##*/} links what its files need" "$have" "$(for l; do echo "$l"; done | sort)"
	# libpq and librabbitmq bring libcrypto along
	case $have in *crypto* | *pq* | *rabbitmq*) is "${p##*/} links libcrypto and no libowfat" "$owfat" 0 ;; esac
	# BearSSL is an archive: its engine is where the layer is, and no key
	is "${p##*/} has no private key for BearSSL" "$keys" 0
	[ "$layer" = 1 ] || is "${p##*/} has no engine of TLS" "$engine" 0
	[ "$engine" = 0 ] || tls="$tls ${p##*/}"
done
# it comes from an archive: its functions say who has it
is "programs that speak TLS" "$tls" " http-recv remote-send smtp-ping smtp-recv tls-check"
n=$(nm "${ROHRPOST_BIN:-build/bin}/smtp-recv" | grep -cE ' br_(rsa_i[0-9]*_private|ecdsa_.*_sign)')
is "who serves strangers makes no signatures" "$n" 0
have=$(readelf -d "${ROHRPOST_BIN:-build/bin}/smtp-recv" | grep -c 'NEEDED.*nettle')
is "smtp-recv is started without libnettle" "$have" 0
have=$(readelf -d "${ROHRPOST_BIN:-build/bin}/smtp-recv" | grep -c 'NEEDED.*sodium')
is "and without libsodium" "$have" 0

if command -v shellcheck >/dev/null; then
	out=$(shellcheck -x -a -s sh -S warning cmd/*.sh tests/need tests/fuzz-one tests/fuzz-coverage tests/lib.sh 2>&1 | head -20)
	is "shell scripts are clean" "$out" ""
else
	skip "shellcheck is missing"
fi
done_testing
