/*
 * Rules and a message: whatever is done, fields that no rule names stay
 * byte for byte, what is new is a header with lines of 998 bytes at most, and
 * the envelope is one.
 */
#include "fix/facts.h"
#include "fix/fix.h"
#include "mail/fixheader.h"
#include "mail/header.h"
#include "../lib/memlookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

/* whole lines, which mutations rarely make; the first byte chooses */
static const char *const ready[] = {
	"",
	"set:\"A: %{header:B}%{tag:c}\" default:\"C: %{from}\" message-id\n"
	"header:A add:\"D: %{rcpt} %{token}\" tag:c=%{header:A} prio:3\n",
	"list-unsubscribe:https://u.example/%{from} mailto:%{header:A} "
	"one-click feedback-id:%{header:A}:%{tag:c}\n"
	"return-path:r.example verp tenant:%{sender}\n",
	"allow-from:@a.example,x@b.example check-from\n"
	"return-path-header:A=a.example,.b set:\"B: %{header:A}\"\n",
	"remove:A* remove:b from-unaligned reject:no\n",
};

/* a piece up to a NUL; conf-build lets no control bytes pass */
static char *
piece(const uint8_t **p, const uint8_t *end, int text)
{
	const uint8_t *e = memchr(*p, '\0', end - *p);
	size_t n = (e == NULL ? end : e) - *p, i;
	char *s = malloc(n + 1);

	for (i = 0; i < n; i++)
		s[i] = text &&
			(((*p)[i] < 0x20 && (*p)[i] != '\t' &&
			     (*p)[i] != '\n') ||
			    (*p)[i] == 0x7f)
		    ? ' '
		    : (char)(*p)[i];
	s[n] = '\0';
	*p = e == NULL ? end : e + 1;
	return s;
}

/* a name that neither rules nor the program's own changes touch */
static void
guard(struct buf *h, const char *header)
{
	buf_puts(h, "Zz-Guard:  a\t b\n\t\x80 c \n");
	buf_puts(h, header);
}

static void
check_header(const struct buf *h, const char *rules)
{
	const char *p = buf_data(h);
	size_t n = buf_len(h);

	if (strstr(rules, "emove:") == NULL && strcasestr(rules, "zz") == NULL)
		must(n >= 22 &&
		    memcmp(p, "Zz-Guard:  a\t b\n\t\x80 c \n", 22) == 0);
}

/* lines of new fields are short where those that came were */
static size_t
longest(const char *p, size_t n)
{
	size_t most = 0, len, i;

	for (i = len = 0; i < n; i++) {
		len = p[i] == '\n' ? 0 : len + 1;
		if (len > most)
			most = len;
	}
	return most;
}

static void
check_envelope(const struct buf *env, int was)
{
	const char *p = buf_data(env), *end = p;
	struct parcel_line l;

	if (buf_len(env) > 0)
		end += buf_len(env);
	while (was && p < end)
		must(parcel_next(&p, end, &l) == 1);
}

/* are all its lines good? */
static int
good_envelope(const struct buf *env)
{
	const char *p = buf_data(env), *end = p;
	struct parcel_line l;

	if (buf_len(env) > 0)
		end += buf_len(env);
	while (p < end)
		if (parcel_next(&p, end, &l) != 1)
			return 0;
	return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static const struct token_keys keys = { .n = 1,
		.key = { { .n = 16 } } };
	const uint8_t *p = in, *end = in + n;
	struct buf env = { 0 }, header = { 0 }, front = { 0 }, copy = { 0 };
	char *rules, *envelope, *head;
	struct memtable t;
	struct lookup l;
	struct rulesearch f;
	struct fix_site site = {
		.me = "me.example", .rules = &l, .loaded = &f, .keys = &keys
	};
	struct fix_mail m = { .now = 1795305600,
		.env = &env,
		.header = &header,
		.front = &front };
	size_t before;
	int r, good;

	if (n > 16384)
		return 0;
	rules = piece(&p, end, 1);
	if ((unsigned char)rules[0] - '0' <
		(int)(sizeof ready / sizeof *ready) &&
	    rules[0] >= '0') {
		const char *r0 = ready[rules[0] - '0'];

		free(rules);
		rules = strdup(r0);
	}
	envelope = piece(&p, end, 0);
	head = piece(&p, end, 0);
	l = memtable_make(&t, &conffile_fix, rules);
	must(rulesearch_load(&f, &l) == 0);
	buf_puts(&env, envelope);
	good = good_envelope(&env);
	guard(&header, head);
	buf_put(&copy, buf_data(&header), buf_len(&header));
	before = longest(buf_data(&header), buf_len(&header));
	site.add_from = n & 1;
	r = fix_message(&site, &m);
	must(r == FIX_PASS || r == FIX_PERM ||
	    (r == FIX_TEMP &&
		strcmp(m.text, "4.3.5 no key to sign with") == 0 &&
		keys.n == 0));
	if (r == FIX_PASS) {
		check_header(&header, rules);
		check_envelope(&env, good);
		must(longest(buf_data(&header), buf_len(&header)) <=
		    (before > 998 ? before : 998));
		must(m.changed ||
		    (buf_len(&copy) == buf_len(&header) &&
			memcmp(buf_data(&copy), buf_data(&header),
			    buf_len(&copy)) == 0));
	}
	memtable_free(&t);
	buf_free(&env);
	buf_free(&header);
	buf_free(&front);
	buf_free(&copy);
	free(rules);
	free(envelope);
	free(head);
	return 0;
}
