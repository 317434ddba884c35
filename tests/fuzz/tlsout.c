/*
 * Any text of conf/tls-out, and any destination looked up in it: what its
 * parser took its reader understands, within the limits, and each line is
 * found by its own name.
 */
#include "tlsout/tlsout.h"
#include "../lib/memlookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static unsigned
words(struct slice list)
{
	struct slice one;
	unsigned n = 0;

	while (list.n > 0 && word_piece(&list, ',', &one))
		n++;
	return n;
}

static void
check(const struct lookup *t, const char *name, size_t n, unsigned lines)
{
	struct tlsout_line l;
	enum tlsout_word w;
	const char *text;

	must(tlsout_find(t, (struct slice){ name, n }, &l) == 0);
	must(l.line <= lines && (l.line > 0 || l.word == TLSOUT_AUTO));
	text = tlsout_word_text(l.word);
	must(tlsout_word((struct slice){ text, strlen(text) }, &w) == 0 &&
	    w == l.word);
	must((l.pins.n > 0) == (l.word == TLSOUT_FINGERPRINT));
	must(words(l.pins) <= TLSOUT_PINS_MAX);
	must(l.match.n == 0 || l.word == TLSOUT_VERIFY);
	must(words(l.match) <= TLSOUT_NAMES_MAX);
	must(l.login.n <= TLSOUT_WORD_MAX && l.cert.n <= TLSOUT_WORD_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct memtable t;
	struct lookup l;
	unsigned lines = 1;
	char *text;
	size_t i;

	if (n == 0 || n > 16384)
		return 0;
	/* conf-build hands over no line with control bytes; nor do we */
	text = malloc(n + 1);
	for (i = 0; i < n; i++) {
		lines += p[i] == '\n';
		text[i] = (p[i] < 0x20 && p[i] != '\t' && p[i] != '\n') ||
			p[i] == 0x7f
		    ? ' '
		    : (char)p[i];
	}
	text[n] = '\0';
	l = memtable_make(&t, &conffile_tls_out, text);
	check(&l, text, strcspn(text, "\n"), lines);
	for (i = 0; i < t.n; i++) {
		struct tlsout_line found;
		struct slice name = { t.record[i].key + 1,
			t.record[i].key_len - 1 };

		check(&l, name.p, name.n, lines);
		must(tlsout_find(&l, name, &found) == 0);
		must(t.record[i].key[0] != 'D' || !found.all);
	}
	memtable_free(&t);
	free(text);
	return 0;
}
