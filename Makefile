# GNU make 3.81 or later.  A new program is cmd/X.c, doc/man/X.8 and
# tests/cmd/X.t; nothing here changes.

# Programs that need more than libc, libowfat and libev.
DNS = route

CC     ?= cc
CFLAGS ?= -O2 -g
STRICT  = -std=gnu11 -Wall -Wextra -Wshadow -Wpointer-arith \
          -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
          -Wvla -Wimplicit-fallthrough -fno-strict-aliasing
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib
LDFLAGS  += -Wl,--as-needed -Wl,-z,relro,-z,now
BASELIBS  = -l:libowfat.a -l:libev.a -lm
B      ?= build
PREFIX ?= /usr/local
MANDIR ?= $(PREFIX)/share/man

LIBSRC := $(wildcard lib/*/*.c)
CMDSRC := $(wildcard cmd/*.c)
SCRSRC := $(wildcard cmd/*.sh)
TSTSRC := $(wildcard tests/lib/*.c)
FUZSRC := $(wildcard tests/fuzz/*.c)

LIBOBJ := $(LIBSRC:%.c=$B/%.o)
BIN    := $(CMDSRC:cmd/%.c=$B/bin/%) $(SCRSRC:cmd/%.sh=$B/bin/%)
UNIT   := $(TSTSRC:tests/lib/%.c=$B/t/%)
FUZZ   := $(FUZSRC:tests/fuzz/%.c=$B/fuzz/%)

all: $(BIN)

$B/liball.a: $(LIBOBJ)
	@rm -f $@; ar rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(STRICT) $(CPPFLAGS) $(CFLAGS) $(SAN) -MMD -MP -c -o $@ $<

$B/bin/%: $B/cmd/%.o $B/liball.a
	@mkdir -p $(@D)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(BASELIBS) $(LDLIBS)

$B/bin/%: cmd/%.sh
	@mkdir -p $(@D)
	install -m 755 $< $@

$B/t/%: $B/tests/lib/%.o $B/liball.a
	@mkdir -p $(@D)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(BASELIBS) $(LDLIBS)

$B/fuzz/%: tests/fuzz/%.c $(LIBSRC)
	@mkdir -p $(@D)
	clang -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    -std=gnu11 $(CPPFLAGS) -g -O1 -o $@ $^ $(BASELIBS) $(FUZZLIBS)

$(DNS:%=$B/bin/%): LDLIBS += -lunbound
FUZZLIBS = -lunbound

# Unit tests, programs, lint: seconds, no root, nothing from outside.
check-quick: all $(UNIT)
	ROHRPOST_BIN=$(CURDIR)/$B/bin prove -j4 $(UNIT) tests/cmd tests/lint

fuzz: $(FUZZ)
	@for f in $(FUZZ); do $$f -max_total_time=$${T:-20} -verbosity=0 \
	    -artifact_prefix=$B/ || exit 1; done

clean:
	rm -rf build build-*

.PHONY: all check-quick fuzz clean
.SECONDARY:
-include $(wildcard $B/*/*.d $B/*/*/*.d)
