#!/bin/sh
# What is referred to is there: manual pages, documents, tests, and entries
# of VIOLATIONS.md.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
# pages of other projects that ours may name
others='cat 1 cdb 1 chpst 8 dig 1 flock 2 getpwnam 3 grep 1 gzip 1 kcat 1 less 1 psql 1 runsvdir 8 sh 1 sqlite3 1 strftime 3 svlogd 8 swaks 1 tcpdump 8 tcprules 1 tcpserver 1 tee 1 test 1 unix 7'
sed -n 's/^\.Xr \([a-z-]* [1-8]\).*/\1/p' doc/man/* | sort -u >"$T/named"
missing=
while read -r name section; do
	case " $others " in *" $name $section "*) continue ;; esac
	[ -e "doc/man/$name.$section" ] || missing="$missing $name($section)"
done <"$T/named"
is "every page that is named is there" "$missing" ""
missing=
for f in $(cat README.md INSTALL doc/*.md lib/*/*.[ch] cmd/*.c cmd/*.sh cmd/*/*.sh | grep -oE '\<[a-z][a-z-]+\([578]\)' | sort -u); do
	name=${f%(*} section=${f#*(} section=${section%)}
	case " $others " in *" $name $section "*) continue ;; esac
	[ -e "doc/man/$name.$section" ] || missing="$missing $f"
done
is "also in README, doc and source" "$missing" ""
missing=
for f in $(cat README.md INSTALL doc/*.md lib/*/*.[ch] cmd/*.c cmd/*.sh cmd/*/*.sh tests/*/*.[ct] tests/lib/*/*.c | grep -oE '\<doc/[A-Z]+\.md|\<tests/[a-z]+(/[a-z]+)?/[a-z-]+\.[a-z]+' | sort -u); do
	[ -e "$f" ] || missing="$missing $f"
done
is "files that are named are there" "$missing" ""
missing=
for f in $(sed '/^#/d; s,^build/t/\(.*\),tests/lib/\1.c,' tests/slowest); do
	[ -e "$f" ] || missing="$missing $f"
done
is "and those of tests/slowest" "$missing" ""

# what `make up` would install is what INSTALL names
missing=
packages=$(awk '/^(BUILD|RUN|WORLD)_PKGS *=/ { on = 1 } on { print; on = /\\$/ }' Makefile | sed 's/.*=//; s/\\$//')
for p in $packages; do
	sed -n '/Debian 12/,/^There/p' INSTALL | tr -s ' ' '\n' | grep -qxF "$p" || missing="$missing $p"
done
is "INSTALL has the packages of the Makefile" "$missing" ""

# deviations from standards: named where they happen, described in one place
named=$(grep -rhA1 'VIOLATIONS\.md:' lib cmd | tr -d '\n' | sed 's/VIOLATIONS\.md:/\n&/g' |
	sed -n 's/^VIOLATIONS\.md:[[:space:]*]*\([A-Z0-9, -]*\).*/\1/p' | tr ',' '\n' | grep -oE '[A-Z0-9]+(-[A-Z0-9]+)+' | sort -u)
is "VIOLATIONS.md and the source name the same" \
    "$(sed -n 's/^\*\*\([A-Z0-9-]*\)\.\*\*.*/\1/p' doc/VIOLATIONS.md | sort -u)" "$named"
done_testing
