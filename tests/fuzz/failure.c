/*
 * A table of failures and a reply that is looked up in it: no text makes a
 * table that its own reader calls damaged, and words of a reply are the same
 * when they are read again.  The shipped lines are left out: they take a
 * while, and have a test of their own.
 */
#include "failure/explain.h"
#include "failure/words.h"
#include "../lib/memlookup.h"

const char failure_shipped[] = "";
extern const char failure_shipped_end[1]
    __attribute__((alias("failure_shipped")));

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

/* a line without its LF; what is left behind it */
static struct slice
line(struct slice *rest)
{
	struct slice one = { "", 0 };

	word_piece(rest, '\n', &one);
	return one;
}

static void
words(struct slice text)
{
	static struct words a, b;
	char again[2 * WORDS_TEXT_MAX + 1], phrase[WORD_LINE_MAX + 2];
	struct slice key;
	size_t i, n = 0;

	words_of(&a, text.p, text.n);
	must(a.n <= WORDS_MAX);
	for (i = 0; i < a.n; i++) {
		must(a.word[i].n > 0);
		memcpy(again + n, a.word[i].p, a.word[i].n);
		n += a.word[i].n;
		again[n++] = ' ';
	}
	/* in broken UTF-8 what stood around an apostrophe may be another one */
	if (memmem(again, n, "\xe2\x80\x99", 3) != NULL)
		return;
	words_of(&b, again, n < WORDS_TEXT_MAX ? n : WORDS_TEXT_MAX);
	for (i = 0; i < b.n && n < WORDS_TEXT_MAX; i++)
		must(b.n == a.n && a.word[i].n == b.word[i].n &&
		    memcmp(a.word[i].p, b.word[i].p, b.word[i].n) == 0);
	/* a phrase that is made of a text stands in it, but for its stars */
	if (text.n > WORD_LINE_MAX || memchr(text.p, '*', text.n) != NULL ||
	    memchr(text.p, '@', text.n) != NULL)
		return;
	if (words_phrase(text.p, text.n, phrase, &key) == NULL) {
		must(words_have(&a, (struct slice){ phrase, strlen(phrase) }));
		must(words_have(&a, key));
	}
}

static void
look(const struct lookup *l, struct failure_facts *f)
{
	static struct buf b;
	struct failure got;

	must(failure_look(l, f, &got) == 0);
	must(got.class[0] != '\0' && (got.hard == 0 || got.hard == 1));
	must(!got.hard || !failure_temporary(got.code, got.esc));
	buf_clear(&b);
	must(explain_people(&b, &got, "x") == 0 &&
	    explain_line(&b, &got, "x") == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice rest = { (const char *)p, n };
	struct failure_facts f = { 0 };
	struct memtable t;
	struct lookup l;
	char *text;
	size_t i;

	if (n == 0 || n > 16384)
		return 0;
	f.code = p[0] % 8 * 100 + p[0] / 8;
	rest.p++;
	rest.n--;
	f.text = line(&rest);
	f.host = line(&rest);
	f.esc = line(&rest);
	f.phase = line(&rest);
	f.event = line(&rest);
	words(f.text);
	/* conf-build hands over no line with control bytes */
	text = malloc(rest.n + 1);
	for (i = 0; i < rest.n; i++)
		text[i] = (unsigned char)rest.p[i] < 0x20 && rest.p[i] != '\n'
		    ? ' '
		    : rest.p[i];
	text[rest.n] = '\0';
	l = memtable_make(&t, &conffile_classes, text);
	look(&l, &f);
	f.code = 0;
	f.phase.n = f.esc.n = 0;
	look(&l, &f);
	memtable_free(&t);
	free(text);
	return 0;
}
