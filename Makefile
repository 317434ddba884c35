# GNU make 3.81 or later.  A new program is cmd/X.c, doc/man/X.8 and
# tests/cmd/X.t; nothing here changes.  A script that is long has parts in
# cmd/X/, which it reads from there.

CC     ?= cc
CFLAGS ?= -O2 -g
STRICT  = -std=gnu11 -Wall -Wextra -Wshadow -Wpointer-arith \
          -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
          -Wvla -Wimplicit-fallthrough -fno-strict-aliasing
# As Debian builds its packages; tests/lint/hardening.t looks.  The
# sanitizers bring checks of their own.
HARDEN  = -fPIE -fstack-protector-strong -fstack-clash-protection \
          -Wformat -Werror=format-security \
          $(call takes,-fcf-protection) $(call takes,-mbranch-protection=standard)
FORTIFY = $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
takes   = $(shell $(CC) -Werror $1 -E -x c /dev/null >/dev/null 2>&1 && echo $1)
HARDEN := $(HARDEN)
# CC, CFLAGS, CPPFLAGS, LDFLAGS, LDLIBS and SAN belong to who builds.
DEFS    = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib
COMPILE = $(CC) $(STRICT) $(HARDEN) $(FORTIFY) $(DEFS) $(CPPFLAGS) $(CFLAGS) $(SAN)
LINKED  = -pie -Wl,-z,relro,-z,now $(LDFLAGS)
LINK    = $(CC) $(SAN) $(LINKED)
# All that a program may need, offered to each: of an archive, ours included,
# the linker takes the objects that are called, and of the shared objects those
# that these call.  So what a program includes decides what it links.  Each
# library stands behind one file of lib; tests/lint/complete.t looks at both,
# and that no program has libcrypto and libowfat (see INSTALL).
LIBS      = -Wl,--as-needed -l:libowfat.a -l:libev.a -l:libbearssl.a -lm \
            -lcrypto -lhogweed -lgmp $(NETTLE) $(SODIUM) -lpsl -lunbound -lidn2 \
            -lcurl-gnutls -ljansson -lsqlite3 -lmicrohttpd -lz \
            -lhiredis -lgnutls -lpq -lrabbitmq
NETTLE    = -lnettle
SODIUM    = -lsodium
B      ?= build
PREFIX ?= /usr/local
MANDIR ?= $(PREFIX)/share/man

LIBSRC := $(wildcard lib/*/*.c)
CMDSRC := $(wildcard cmd/*.c)
SCRSRC := $(wildcard cmd/*.sh)
TSTSRC := $(wildcard tests/lib/*/*.c)
FUZSRC := $(wildcard tests/fuzz/*.c)

LIBOBJ := $(LIBSRC:%.c=$B/%.o)
BIN    := $(CMDSRC:cmd/%.c=$B/bin/%) $(SCRSRC:cmd/%.sh=$B/bin/%)
UNIT   := $(TSTSRC:tests/lib/%.c=$B/t/%)
FUZZ   := $(FUZSRC:tests/fuzz/%.c=$B/fuzz/%)

all: $(BIN)

# all that is compiled, and no program
objects: $B/liball.a $(CMDSRC:%.c=$B/%.o) $(TSTSRC:%.c=$B/%.o)

$B/liball.a: $(LIBOBJ)
	@rm -f $@; ar rcs $@ $^

$B/%.o: %.c $B/made/compile
	@mkdir -p $(@D)
	$(COMPILE) $(if $(filter $B/tests/%,$@),$(OFTESTS)) -MMD -MP -c -o $@ $<

# they take a text in as it is
$B/lib/failure/shipped.o $B/fz/lib/failure/shipped.o: lib/failure/classes lib/failure/replies
$B/lib/route/providershipped.o $B/fz/lib/route/providershipped.o: lib/route/providerlist
$B/lib/api/apidoc.o $B/fz/lib/api/apidoc.o: doc/openapi.json

# a test that sets something up sees by its checks when that failed
OFTESTS = -Wno-unused-result -Itests/lib

$B/bin/%: $B/cmd/%.o $B/liball.a $B/made/link
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o %.a,$^) $(LIBS) $(LDLIBS)

# started for each connection: a hash or two and one curve, and no shared object
# more
$B/bin/smtp-recv: NETTLE = -l:libnettle.a
$B/bin/smtp-recv: SODIUM = -l:libsodium.a

$B/bin/%: cmd/%.sh
	@mkdir -p $(@D)
	install -m 755 $< $@

$B/t/%: $B/tests/lib/%.o $B/liball.a $B/made/link
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o %.a,$^) $(LIBS) $(LDLIBS)

# Fuzzers: the library once more, watched by clang, and counted.
CLANG ?= clang
FUZZCC = $(CLANG) -fsanitize=address,undefined -fno-sanitize-recover=all \
	 -fprofile-instr-generate -fcoverage-mapping \
	 -std=gnu11 $(DEFS) $(CPPFLAGS) -g -O1

$B/fz/%.o: %.c $B/made/fuzz
	@mkdir -p $(@D)
	$(FUZZCC) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$B/libfuzz.a: $(LIBSRC:%.c=$B/fz/%.o)
	@rm -f $@; ar rcs $@ $^

$B/fuzz/%: tests/fuzz/%.c $B/libfuzz.a $B/made/fuzz
	@mkdir -p $(@D)
	$(FUZZCC) -Itests/lib -fsanitize=fuzzer $(WRAP) -MMD -MP -o $@ $< $B/libfuzz.a $(LIBS)

# Those that play the world around a module take these calls from it.
WORLDS = inbound sendconn stage handover
WRAPS  = $(patsubst %,-Wl$(comma)--wrap=%, \
    read write pread epoll_wait clock_gettime _exit)
$(WORLDS:%=$B/fuzz/%): WRAP = $(WRAPS)
$B/fuzz/tlsserver $B/fuzz/tlsclient: WRAP = -Wl,--wrap=read -Wl,--wrap=write
comma = ,

# What was made with other flags is made again: a file for each kind of command
# holds the one that was used, and is written when it has become another.
MADE_compile := $(COMPILE) $(OFTESTS)
MADE_link    := $(LINK) $(LIBS) $(LDLIBS)
MADE_fuzz    := $(FUZZCC) $(WRAPS) $(LIBS)
MADE = compile link fuzz
other = $(if $(subst x$(strip $(MADE_$1))x,,x$(strip $(shell cat $B/made/$1 2>/dev/null))x),always)
$B/made/compile: $(call other,compile)
$B/made/link: $(call other,link)
$B/made/fuzz: $(call other,fuzz)
$(MADE:%=$B/made/%): $B/made/%:
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(MADE_$*))' >$@
always:

# Everything up to here needs only the compiler and the packages of BUILD_PKGS.

BUILD_PKGS = libowfat-dev libev-dev libunbound-dev libidn2-dev nettle-dev libgmp-dev \
	     libsodium-dev libssl-dev libpsl-dev libbearssl-dev \
	     libcurl4-gnutls-dev libjansson-dev libsqlite3-dev \
	     libmicrohttpd-dev zlib1g-dev libhiredis-dev libgnutls28-dev \
	     libpq-dev librabbitmq-dev
RUN_PKGS   = dns-root-data runit util-linux publicsuffix ca-certificates tzdata
# small tools, and nothing that serves
CHECK_PKGS = $(BUILD_PKGS) $(RUN_PKGS) python3 python3-yaml perl strace mandoc procps \
	     bsdextrautils tinycdb ucspi-tcp-ipv6 swaks libnet-ssleay-perl openssl gzip faketime \
	     shellcheck clang-format pkg-config libfuse3-dev fuse3 e2fsprogs \
	     xfsprogs btrfs-progs
FUZZ_PKGS  = $(BUILD_PKGS) clang llvm libclang-rt-14-dev
# other mail systems, and other implementations of what is implemented here
PEER_PKGS  = nginx influxdb clickhouse-server postfix dovecot-core dovecot-lmtpd nsd curl msmtp bsd-mailx \
	     python3-dkim python3-nacl python3-authres python3-spf libmail-spf-perl \
	     libmail-dkim-perl opendkim opendkim-tools opendmarc \
	     spamassassin spamc spamd clamav clamav-daemon clamav-milter rspamd \
	     pebble certbot dehydrated gnutls-bin sslscan nodejs node-nodemailer \
	     mutt s-nail php-cli git-email libauthen-sasl-perl libio-socket-ssl-perl libnet-smtp-ssl-perl \
	     dovecot-submissiond unbound ldnsutils iproute2 \
	     redis-server redis-tools postgresql rabbitmq-server amqp-tools rsyslog rsyslog-gnutls nats-server kcat libdb5.3 libidn12 libnsl2 libnss-wrapper libsasl2-modules microsocks \
	     postgrey postfwd postfix-policyd-spf-python
# a second mail server, which Debian does not install beside the first
UNPACKED_PKGS = exim4-daemon-light postsrsd
# clients that Debian does not have, by npm
NPM_PKGS = nats@2.29.3
# an Internet of one's own: see world(7)
WORLD_PKGS = nsd unbound ldnsutils iproute2
# TESTS for every change; those of crashes take long; the peers' need them.
TESTS = $(UNIT) tests/cmd tests/lint tests/chain
J    ?= 4
run   = ROHRPOST_BIN=$(CURDIR)/$B/bin tests/run -m -j $J

# The first command of README: build, make an instance in ./run, start it.
up:
	@tests/need $(BUILD_PKGS) $(RUN_PKGS)
	@$(MAKE) -s all
	@[ -e run/service ] || $B/bin/rohrpost init run
	@exec $B/bin/rohrpost up run

# The second: all tests that need no other mail system.
check:
	@tests/need $(CHECK_PKGS)
	@$(MAKE) -s check-all

check-all: all $(UNIT)
	@$(run) $(TESTS) tests/crash

# Beside other mail systems, which it installs and does not start.
check-peers:
	@tests/need $(CHECK_PKGS)
	@tests/need -n $(PEER_PKGS)
	@tests/need -u $B/peers $(UNPACKED_PKGS)
	@tests/need -j $B/peers/npm $(NPM_PKGS)
	@$(MAKE) -s check-some TESTS=tests/peers

# Against mail servers of many manners, in a network of their own.
check-world:
	@tests/need $(CHECK_PKGS)
	@tests/need -n $(WORLD_PKGS)
	@$(MAKE) -s check-some TESTS=tests/world

# Without the crash tests: for every change.
check-quick: compiled
	@$(run) $(TESTS)

# what check-quick runs, and does not
compiled: all $(UNIT)

# The programs and what is named: make check-some TESTS=tests/cmd/route.t
check-some: all
	@$(run) $(TESTS)

# Once more under the sanitizers, in a tree of their own: the unit tests, what
# each program does by itself, and whole instances with mail of many kinds.
# They leave memory to their exit, so leaks are not looked for.  Left out is
# what is about the shell, memory or time.
ASAN_NOT   = rohrpost%
ASAN_CHAIN = badday cases drop dsn-success feedback local smarthost tlsrpt
ASAN_TESTS = $$(UNIT) $(filter-out $(ASAN_NOT:%=tests/cmd/%),$(wildcard tests/cmd/*.t)) \
	     $(ASAN_CHAIN:%=tests/chain/%.t)
ASAN_DO    = check-quick
asan:
	@ASAN_OPTIONS=detect_leaks=0 $(MAKE) -s B=build-asan CFLAGS='-O1 -g1 -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' \
	    TESTS='$(ASAN_TESTS)' $(ASAN_DO)

# Fuzzers, J at once: T seconds each for what speaks to strangers or keeps
# mail, a quarter of that for the others.  SEED=0 takes another way each time.
# They begin with the inputs in tests/fuzz/seeds; what all of them together have
# reached is printed at the end.
FUZZ_LONG = smtpin dotin smtpout reply parcel intake message conf dkimverify spf mime \
	    inbound sendconn
T ?= 30
SEED ?= 1
fuzz:
	@tests/need $(FUZZ_PKGS)
	@$(MAKE) -s fuzz-all

# what it runs
fuzzers: $(FUZZ)

fuzz-all: fuzzers
	@for f in $(FUZZ); do case " $(FUZZ_LONG) " in \
	    *" $${f##*/} "*) echo $$f $T $(SEED) ;; *) echo $$f $$(($T / 4)) $(SEED) ;; esac; \
	    done | xargs -P $J -L 1 tests/fuzz-one; r=$$?; tests/fuzz-coverage $B || r=1; exit $$r

# Single measurements: what they want stands in their first lines.
$B/bench/%: tests/bench/%.c $B/liball.a $B/made/compile $B/made/link
	@mkdir -p $(@D)
	$(COMPILE) $(LINKED) -o $@ $< $B/liball.a $(LIBS) $(LDLIBS)

$B/bench/tls-load: LDLIBS += -lssl

bench: all
	@tests/need $(BUILD_PKGS) $(RUN_PKGS) python3 postfix
	@tests/bench/bench $(BENCH)

# How fast mail is signed; see there.
bench-sign: all
	@tests/bench/sign

DOC  = $(DESTDIR)$(PREFIX)/share/doc/rohrpost
DATA = $(DESTDIR)$(PREFIX)/share/rohrpost

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DOC) $(DATA)/world $(DATA)/cmd/rohrpost
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin
	cp -R conf-examples service service/boot $(DATA)
	rm -r $(DATA)/service/boot
	install -m 644 VERSION lib/failure/classes lib/failure/replies \
	    lib/route/providerlist $(DATA)
	install -m 644 cmd/rohrpost/*.sh $(DATA)/cmd/rohrpost
	install -m 644 tests/world/*.py tests/world/receivers tests/tools/pki.py \
	    $(DATA)/world
	install -m 644 README.md LICENSE INSTALL doc/*.md $(DOC)
	for m in doc/man/*.[1-8]; do install -D -m 644 $$m \
	    $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/} || exit 1; done

clean:
	rm -rf build build-*

.PHONY: always all objects up check check-all check-peers check-world check-quick compiled check-some asan fuzz fuzzers fuzz-all bench bench-sign install clean
.SECONDARY:
# what is unpacked for the peers has folders of such names
-include $(filter-out $B/peers/%,$(wildcard $B/*/*.d $B/*/*/*.d $B/*/*/*/*.d))
