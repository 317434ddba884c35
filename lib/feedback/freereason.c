#include "base/ascii.h"
#include "feedback/addrfind.h"
#include "feedback/freebounce.h"
#include <stdlib.h>
#include <string.h>

/* Why: the line that most looks like a reply of SMTP, with what follows it;
 * where none does, the words behind the address. */

unsigned
freebounce_code(const char *p, const char *end)
{
	if (end - p < 3 || (*p != '4' && *p != '5') || p[1] > '7' ||
	    !ascii_digit(p[1]) || !ascii_digit(p[2]) ||
	    (end - p > 3 &&
		(ascii_alnum(p[3]) ||
		    (p[3] == '.' && end - p > 4 && ascii_digit(p[4])))))
		return 0;
	return (unsigned)(*p - '0') * 100 + (unsigned)(p[1] - '0') * 10 +
	    (unsigned)(p[2] - '0');
}

/* a reply's code somewhere in a line, but no part of a word, number, address
 * or time: where, or NULL */
static const char *
find_code(struct slice s)
{
	const char *p = s.p, *end = s.p + s.n;

	for (; p < end; p++) {
		if (p > s.p &&
		    (ascii_alnum(p[-1]) || strchr(".:-/@_+=", p[-1]) != NULL) &&
		    !(p[-1] == ':' && (p - 1 == s.p || !ascii_digit(p[-2]))))
			continue;
		if (freebounce_code(p, end) != 0 &&
		    (p + 3 == end || strchr(" -:#,;.)]<\"", p[3]) != NULL))
			return p;
	}
	return NULL;
}

/* an enhanced code of a failure: D.D.D with no digit or dot around */
static const char *
find_esc(struct slice s)
{
	const char *p = s.p, *end = s.p + s.n, *q;
	unsigned dots;

	for (; p + 4 < end; p++) {
		if ((*p != '4' && *p != '5') || p[1] != '.' ||
		    (p > s.p && (ascii_alnum(p[-1]) || p[-1] == '.')))
			continue;
		for (q = p + 1, dots = 0; q < end; q++)
			if (*q == '.' && q + 1 < end && ascii_digit(q[1]))
				dots++;
			else if (!ascii_digit(*q))
				break;
		if (dots == 2 && q - p <= 9)
			return p;
	}
	return NULL;
}

static const char *
skip_marks(struct slice s)
{
	const char *p = s.p, *end = s.p + s.n;

	while (p < end &&
	    (ascii_blank(*p) || *p == '>' || *p == '<' || *p == '|' ||
		*p == '*'))
		p++;
	return p;
}

/* how much a line looks like the reply that refused it */
static unsigned
weigh(struct slice s)
{
	static const char *const verb[] = { "said:", "responded", "returned",
		"reply", "error", "reason", "response", NULL };
	const char *code = find_code(s), *esc = find_esc(s), *p;
	unsigned w = 0;

	if (code == NULL && esc == NULL)
		return 0;
	p = skip_marks(s);
	w += code == NULL ? 0 : 4;
	w += esc == NULL ? 0 : 3;
	w += code != NULL && code == p ? 3 : 0;
	w += s.n > 4 && ascii_begins(s.p, s.n, "<<<") ? 4 : 0;
	w += addrfind_any(s, verb) ? 1 : 0;
	/* of the conversation before, or a try that was not the last */
	if (s.n > 3 && ascii_begins(s.p, s.n, ">>>"))
		w = 0;
	return w;
}

size_t
freebounce_lines(struct freeline *l, size_t max, struct slice t)
{
	const char *p = t.p, *end = t.p + t.n, *lf;
	size_t n = 0, len;

	while (n < max && p < end) {
		lf = memchr(p, '\n', end - p);
		len = lf == NULL ? (size_t)(end - p) : (size_t)(lf - p);
		while (len > 0 && ascii_white(p[len - 1]))
			len--;
		l[n].s.p = p;
		l[n].s.n =
		    len > FREEBOUNCE_LINE_MAX ? FREEBOUNCE_LINE_MAX : len;
		l[n].weight = weigh(l[n].s);
		n++;
		p = lf == NULL ? end : lf + 1;
	}
	return n;
}

/* the code that a line begins with; 0: none */
static unsigned
line_code(struct slice s)
{
	const char *p = skip_marks(s);

	return freebounce_code(p, s.p + s.n);
}

/* a reply's line that is not its last: "550-" */
static int
is_open(struct slice s)
{
	const char *p = skip_marks(s);

	return p + 3 < s.p + s.n && p[3] == '-';
}

/* "<ADDRESS>" at its front */
static int
names_another(struct slice s)
{
	const char *p = s.p, *end = s.p + s.n, *close;

	while (p < end && ascii_blank(*p))
		p++;
	close = p < end && *p == '<' ? memchr(p, '>', end - p) : NULL;
	return close != NULL && memchr(p, '@', close - p) != NULL &&
	    (close + 1 == end || close[1] == ':');
}

/* does this line go on with those before, which begin with this code?  One
 * without a code does, one with another does not */
static int
goes_on(const struct freeline *l, size_t i, size_t to, unsigned code)
{
	static const char *const ends[] = { "Giving up on", ">>>", "---",
		"===", "Reporting-MTA", "The original", "Original",
		"This is a permanent", "Final-Recipient", "--", "#", NULL };
	const char *p;
	unsigned k, other;

	if (i >= to || l[i].s.n == 0)
		return 0;
	p = skip_marks(l[i].s);
	for (k = 0; ends[k] != NULL; k++)
		if (ascii_begins(p, l[i].s.p + l[i].s.n - p, ends[k]))
			return 0;
	if (ascii_begins(l[i].s.p, l[i].s.n, "<<<") &&
	    !ascii_begins(l[i - 1].s.p, l[i - 1].s.n, "<<<"))
		return 0;
	other = line_code(l[i].s);
	if (other != 0 ? other != code || !is_open(l[i - 1].s)
		       : names_another(l[i].s))
		return 0;
	return 1;
}

static void
join(struct feedreport_rcpt *r, const struct freeline *l, size_t from,
    size_t to, const char *begin)
{
	char *room = malloc(FEEDREPORT_TEXT_MAX * 4);
	size_t len = 0, i, n;
	const char *p;

	if (room == NULL)
		return; /* the reason is not worth more */
	for (i = from; i < to; i++) {
		p = i == from ? begin : skip_marks(l[i].s);
		n = (size_t)(l[i].s.p + l[i].s.n - p);
		if (len + n + 1 > FEEDREPORT_TEXT_MAX * 4)
			break;
		memcpy(room + len, p, n);
		len += n;
		room[len++] = ' ';
	}
	r->text_len = feedreport_line(r->text, sizeof r->text, room, len);
	free(room);
}

/* the best line of a range, and its weight; of several recipients the one with
 * the address */
static size_t
best(const struct freeline *l, size_t from, size_t to,
    const struct feedreport_rcpt *r, int alone, unsigned *weight)
{
	size_t i, at = from;
	unsigned w;

	*weight = 0;
	for (i = from; i < to; i++) {
		w = l[i].weight;
		if (w > 0 && addrfind_has(l[i].s, r->address))
			w += alone ? 2 : 6;
		if (w > *weight) {
			*weight = w;
			at = i;
		}
	}
	return at;
}

/* behind the address in its line, should it stand there */
static const char *
behind(struct slice s, const struct feedreport_rcpt *r)
{
	const char *p = s.p, *end = s.p + s.n;
	struct slice a;

	while (addrfind_next(&p, end, &a))
		if (ascii_same(a.p, a.n, r->address, strlen(r->address))) {
			while (p < end &&
			    (ascii_blank(*p) || strchr(">:\")].,", *p) != NULL))
				p++;
			return p;
		}
	return s.p;
}

/* do words stand before the address in its line, and not only a label of
 * one: "Unknown user: ADDRESS"? */
static int
says_before(struct slice s, const struct feedreport_rcpt *r)
{
	static const char *const leads[] = { "recipient:", "to:", "address:",
		"deliver", "following", "rcpt", NULL };
	const char *p = skip_marks(s), *end = s.p + s.n;
	struct slice a, before = { p, 0 };

	if (!addrfind_next(&p, end, &a) || a.p - before.p < 6 ||
	    !ascii_same(a.p, a.n, r->address, strlen(r->address)))
		return 0;
	before.n = (size_t)(a.p - before.p);
	return !addrfind_any(before, leads);
}

/* words that only lead to the next line */
static int
leads_on(struct slice s)
{
	return s.n > 0 && s.n < 60 && s.p[s.n - 1] == ':' &&
	    memchr(s.p, '@', s.n) == NULL;
}

/* the words behind the address: the rest of its line, else the next lines that
 * say something, to an empty one.  Where nothing is behind it, what stands
 * before it in its line */
static int
words(struct feedreport_rcpt *r, const struct freeline *l, size_t from,
    size_t to)
{
	const char *p = from < to ? behind(l[from].s, r) : NULL;
	size_t i = from, end;

	if (p == NULL)
		return 0;
	if (l[i].s.p + l[i].s.n == p) {
		p = skip_marks(l[i].s);
		if (says_before(l[i].s, r)) {
			join(r, l, i, i + 1, p);
			return r->text_len > 0;
		}
		for (i++; i < to && (l[i].s.n == 0 || leads_on(l[i].s)); i++)
			;
		if (i == to)
			return 0;
		p = skip_marks(l[i].s);
	}
	for (end = i + 1; goes_on(l, end, to, 0); end++)
		;
	join(r, l, i, end, p);
	return r->text_len > 0;
}

/* when it was said, of which the reply itself says nothing */
static void
find_phase(struct feedreport_rcpt *r, const struct freeline *l, size_t from,
    size_t to)
{
	static const struct {
		const char *words, *phase;
	} known[] = { { "rcpt to", "rcpt" }, { "rcpt_to", "rcpt" },
		{ "smtp:rcpt", "rcpt" }, { "like recipient", "rcpt" },
		{ "end of data", "dot" }, { "mail from:", "mail" },
		{ "like sender", "mail" }, { "mail_from", "mail" },
		{ "data command", "data" }, { ">>> data", "data" },
		{ "did not like our data", "data" },
		{ "initial connection", "greeting" },
		{ "ehlo command", "helo" }, { "helo command", "helo" } };
	size_t i, k;

	for (i = to; i > from; i--)
		for (k = 0; k < sizeof known / sizeof *known; k++)
			if (addrfind_has(l[i - 1].s, known[k].words)) {
				memcpy(r->phase, known[k].phase,
				    strlen(known[k].phase) + 1);
				return;
			}
}

/* a host's name behind words that announce one */
static void
find_host(struct feedreport_rcpt *r, struct slice s)
{
	static const char *const words[] = { "host ", "talking to ", "server ",
		"domain by ", "host: ", NULL };
	const char *p, *end = s.p + s.n;
	size_t n, i, len;

	for (i = 0; words[i] != NULL; i++)
		for (p = s.p, len = strlen(words[i]); p + len < end; p++) {
			if (!ascii_begins(p, end - p, words[i]))
				continue;
			for (n = 0, p += len; p + n < end &&
			     (ascii_alnum(p[n]) || p[n] == '-' || p[n] == '.');)
				n++;
			while (n > 0 && p[n - 1] == '.')
				n--;
			if (n > 3 && n <= FEEDREPORT_HOST_MAX &&
			    ascii_letter(*p) && memchr(p, '.', n) != NULL) {
				feedreport_line(r->host, sizeof r->host, p, n);
				return;
			}
		}
}

/* around the reply: the command that it answers, and who does, stand before
 * it, mostly; what is nearest counts */
static void
circumstances(struct feedreport_rcpt *r, const struct freeline *l, size_t from,
    size_t at, size_t end)
{
	size_t begin = at > 4 ? at - 4 : 0, i;

	if (r->phase[0] == '\0')
		find_phase(r, l, begin < from ? from : begin, end);
	for (i = end; i > begin && r->host[0] == '\0'; i--)
		find_host(r, l[i - 1].s);
}

static void
plain_words(struct feedreport_rcpt *r, const struct freeline *l, size_t n,
    size_t from, size_t to, int alone)
{
	int named = from < to && addrfind_has(l[from].s, r->address);

	if (r->text_len > 0 || (named && words(r, l, from, to)) || !alone)
		return;
	for (from = 0; from < n && l[from].s.n == 0; from++)
		;
	if (from < n)
		join(r, l, from, n, skip_marks(l[from].s));
}

void
freebounce_why(struct feedreport_rcpt *r, const struct freeline *l, size_t n,
    size_t from, size_t to, int alone)
{
	unsigned w, all, code;
	size_t at = best(l, from, to, r, alone, &w), else_at, end;

	if (alone || w == 0) {
		else_at = best(l, 0, n, r, alone, &all);
		if (alone ? all > w
			  : all > 0 && addrfind_has(l[else_at].s, r->address)) {
			w = all;
			at = else_at;
			from = 0;
			to = n;
		}
	}
	if (w == 0) {
		plain_words(r, l, n, from, to, alone);
		circumstances(r, l, alone ? 0 : from, from, to);
		return;
	}
	code = line_code(l[at].s);
	while (code != 0 && at > from && line_code(l[at - 1].s) == code &&
	    is_open(l[at - 1].s))
		at--;
	for (end = at + 1; goes_on(l, end, to, code); end++)
		;
	if (r->text_len == 0)
		join(r, l, at, end, skip_marks(l[at].s));
	circumstances(r, l, alone ? 0 : from, at, end);
}

int
freebounce_delayed(struct slice subject, struct slice text)
{
	static const char *const late[] = { "delayed", "delay)", "(delay",
		"still being retried", "will be retried", "will keep trying",
		"warning message only", "this is a warning",
		"temporary failure report", "not yet been delivered",
		"has not been delivered yet", "continue to try",
		"will continue trying", "delivery warning",
		"do not need to resend", NULL };
	static const char *const over[] = { "failed permanently",
		"permanent error", "permanent fatal", "giving up", "given up",
		"delivery failed", NULL };

	if (addrfind_any(subject, late))
		return 1;
	return addrfind_any(text, late) && !addrfind_any(text, over);
}
