#include "client/clients.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "base/num.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const actions[] = { "pass", "tag", "defer", "reject" };
static const char *const checks[] = { "helo-own", "helo-name", "helo-resolve",
	"sender-resolve", "reverse-name", "reverse-match" };

const char *
clients_action_word(enum clients_action a)
{
	return actions[a];
}

const char *
clients_check_word(enum clients_check c)
{
	return checks[c];
}

/* lines: the same parser for the text and for the table */

struct words {
	const char *w[CLIENTS_WORDS_MAX];
	unsigned n;
};

static int
read_action(const char *s, enum clients_action *a)
{
	unsigned i;

	for (i = CLIENTS_TAG; i <= CLIENTS_REJECT; i++)
		if (strcmp(s, actions[i]) == 0) {
			*a = (enum clients_action)i;
			return 0;
		}
	return -1;
}

static int
read_ip4(const char *s, size_t n, uint32_t *ip)
{
	unsigned char a[IP_LEN];

	if (ip_scan(s, n, a) != 4)
		return -1;
	*ip = (uint32_t)a[0] << 24 | a[1] << 16 | a[2] << 8 | a[3];
	return 0;
}

/* A.B.C.D, A.B.C.D-E.F.G.H, A.B.C.D/N */
static int
read_return(struct clients_list *l, const char *s)
{
	size_t n = strcspn(s, "-/");
	uint32_t first, last, rest;
	uint64_t bits;

	if (read_ip4(s, n, &first) == -1)
		return -1;
	last = first;
	if (s[n] == '-' &&
	    (read_ip4(s + n + 1, strlen(s + n + 1), &last) == -1 ||
		last < first))
		return -1;
	if (s[n] == '/') {
		if (num_scans(s + n + 1, 8, 32, &bits) == -1)
			return -1;
		rest = bits == 32 ? 0 : UINT32_MAX >> bits;
		first &= ~rest;
		last = first | rest;
	}
	l->returns[l->n].first = first;
	l->returns[l->n++].last = last;
	return 0;
}

/* ZONE ACTION RETURN..., or without ACTION a list of good ones */
static const char *
add_list(struct clients_rules *r, const struct words *w, int white)
{
	struct clients_list *l = &r->list[r->n_lists];
	unsigned i = white ? 2 : 3;

	if (w->n < i)
		return white ? "want white ZONE [RETURN...]"
			     : "want list ZONE ACTION [RETURN...]";
	if (r->n_lists == CLIENTS_LISTS_MAX)
		return "more than 32 lists";
	memset(l, 0, sizeof *l);
	/* the address stands before it: 64 bytes and a dot for IPv6 */
	if (!word_domain(w->w[1], strlen(w->w[1])) ||
	    strlen(w->w[1]) > WORD_DOMAIN_MAX - 64)
		return "not the name of a zone";
	snprintf(l->zone, sizeof l->zone, "%s", w->w[1]);
	if (!white && read_action(w->w[2], &l->action) == -1)
		return "want reject, defer or tag";
	if (w->n - i > CLIENTS_RETURNS_MAX)
		return "more than 16 answers of a list";
	if (w->n == i) /* 127.255.255.x are how lists tell of trouble */
		read_return(l, "127.0.0.2-127.254.255.255");
	for (; i < w->n; i++)
		if (read_return(l, w->w[i]) == -1)
			return "want A.B.C.D, A.B.C.D-E.F.G.H or A.B.C.D/N";
	r->n_lists++;
	return NULL;
}

/* SUBJECT CHECK ACTION */
static const char *
add_check(struct clients_rules *r, const struct words *w)
{
	enum clients_action a;
	char name[32];
	unsigned i;

	if (w->n != 3)
		return "want three words: what, which check, an action";
	if (read_action(w->w[2], &a) == -1)
		return "want reject, defer or tag";
	snprintf(name, sizeof name, "%s-%.16s", w->w[0], w->w[1]);
	for (i = 0; i < CLIENTS_CHECKS; i++)
		if (strcmp(name, checks[i]) == 0) {
			if (r->check[i] != CLIENTS_PASS)
				return "it stands in the file already";
			r->check[i] = a;
			return NULL;
		}
	return "unknown check; helo own, helo name, helo resolve, "
	       "sender resolve, reverse name, reverse match are known";
}

static const char *
add_except(struct clients_rules *r, const char *s)
{
	struct clients_net *net = &r->except[r->n_except];
	size_t n = strcspn(s, "/");
	unsigned bits;

	if (r->n_except == CLIENTS_EXCEPT_MAX)
		return "more than 256 addresses and networks";
	memset(net, 0, sizeof *net);
	if (ip_scan(s, n, net->ip) == 0)
		return "not an IP address";
	n = ip_scan_prefix(s, strlen(s), net->ip, &bits);
	if (n == 0)
		return "bad length behind the /";
	/* as a client's address is looked at */
	net->len = (unsigned char)ip_unmap_net(net->ip, n, &bits);
	net->bits = (unsigned char)bits;
	r->n_except++;
	return NULL;
}

static const char *
add_own(struct clients_rules *r, const char *s)
{
	if (r->n_own == CLIENTS_OWN_MAX)
		return "more than 64 names and addresses";
	if (word_ip(s, strlen(s)) == 0 && !word_domain(s, strlen(s)))
		return "neither a host name nor an address";
	snprintf(r->own[r->n_own++], sizeof r->own[0], "%s", s);
	return NULL;
}

/* what is wrong, or NULL */
static const char *
add_rule(struct clients_rules *r, const struct words *w)
{
	const char *(*each)(struct clients_rules *, const char *), *fault;
	unsigned i;

	if (strcmp(w->w[0], "white") == 0)
		return add_list(r, w, 1);
	if (strcmp(w->w[0], "list") == 0)
		return add_list(r, w, 0);
	if (strcmp(w->w[0], "helo") == 0 || strcmp(w->w[0], "sender") == 0 ||
	    strcmp(w->w[0], "reverse") == 0)
		return add_check(r, w);
	if (strcmp(w->w[0], "except") == 0)
		each = add_except;
	else if (strcmp(w->w[0], "own") == 0)
		each = add_own;
	else
		return "unknown word; white list helo sender reverse except "
		       "own are known";
	if (w->n == 1)
		return "a value is missing";
	for (i = 1; i < w->n; i++) {
		fault = each(r, w->w[i]);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

/* the text */

struct state {
	struct clients_rules *rules;
	struct wordset seen; /* "except ADDRESS", "list ZONE" ... */
	struct buf rec;
};

/* the words into room of 2 * WORD_LINE_MAX, each with a NUL */
static const char *
split(const char *p, const char *end, char *room, struct words *w)
{
	size_t n;
	int r;

	w->n = 0;
	while ((r = word_next(&p, end, room, &n)) == 1) {
		if (w->n == CLIENTS_WORDS_MAX)
			return "too many words";
		w->w[w->n++] = room;
		room += n + 1;
	}
	return r == -1 || w->n == 0 ? "quote not closed, or control byte"
				    : NULL;
}

/* "WHAT VALUE", in lower case, was there before */
static const char *
see(struct state *s, const char *what, const char *value, unsigned lineno,
    char why[WORD_TWICE_MAX])
{
	char key[WORD_LINE_MAX + 16];
	long before;
	int n = snprintf(key, sizeof key, "%s %s", what, value);

	ascii_lower_copy(key, key, n);
	before = wordset_add(&s->seen, key, n, lineno);
	if (before == 0)
		return NULL;
	if (before == -1)
		return "out of memory";
	if (before == lineno)
		snprintf(why, WORD_TWICE_MAX, "%.64s stands twice", value);
	else
		snprintf(why, WORD_TWICE_MAX,
		    "%.48s stands in line %ld "
		    "already",
		    value, before);
	return why;
}

/* a good line beside others */
static const char *
repeats(struct state *s, const struct words *w, unsigned lineno,
    char why[WORD_TWICE_MAX])
{
	const char *what = w->w[0], *fault = NULL;
	unsigned i;

	if (strcmp(what, "list") == 0 || strcmp(what, "white") == 0)
		return see(s, "list", w->w[1], lineno, why);
	if (strcmp(what, "except") == 0 || strcmp(what, "own") == 0)
		for (i = 1; fault == NULL && i < w->n; i++)
			fault = see(s, what, w->w[i], lineno, why);
	return fault;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char room[2 * WORD_LINE_MAX + 2], why[WORD_TWICE_MAX];
	struct state *s = arg;
	struct words w;
	const char *fault;
	unsigned i;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	if (s->rules == NULL)
		s->rules = calloc(1, sizeof *s->rules);
	if (s->rules == NULL)
		return conffile_wrong(sink, "out of memory");
	fault = split(p, p + n, room, &w);
	if (fault == NULL)
		fault = add_rule(s->rules, &w);
	if (fault == NULL)
		fault = repeats(s, &w, lineno, why);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (buf_printf(&s->rec, "%u", lineno) == -1)
		return conffile_wrong(sink, "out of memory");
	for (i = 0; i < w.n; i++)
		if (buf_printf(&s->rec, "\t%s", w.w[i]) == -1)
			return conffile_wrong(sink, "out of memory");
	if (buf_putc(&s->rec, '\n') == -1)
		return conffile_wrong(sink, "out of memory");
	return 0;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	int r = 0;

	if (buf_len(&s->rec) > 0)
		r = sink->add(sink->arg, "rules", 5, buf_data(&s->rec),
		    buf_len(&s->rec));
	buf_free(&s->rec);
	wordset_free(&s->seen);
	free(s->rules);
	return r;
}

const struct conffile conffile_clients = { "clients", sizeof(struct state),
	line, finish };

/* the table */

int
clients_rules(const struct lookup *l, struct clients_rules *r)
{
	char room[2 * WORD_LINE_MAX + 2], *at;
	struct slice rest, one, word;
	struct words w;
	int found;

	memset(r, 0, sizeof *r);
	found = lookup_get(l, "rules", 5, &rest.p, &rest.n);
	if (found != 1)
		return found;
	while (word_piece(&rest, '\n', &one) && one.n > 0) {
		if (one.n > sizeof room - 2 || !word_piece(&one, '\t', &word))
			return -1;
		w.n = 0;
		at = room;
		while (word_piece(&one, '\t', &word)) {
			if (w.n == CLIENTS_WORDS_MAX)
				return -1;
			memcpy(at, word.p, word.n);
			w.w[w.n++] = at;
			at += word.n;
			*at++ = '\0';
		}
		if (w.n == 0 || add_rule(r, &w) != NULL)
			return -1;
	}
	return 0;
}

int
clients_excepted(const struct clients_rules *r, const unsigned char *ip,
    size_t len)
{
	const struct clients_net *n;
	unsigned i;

	for (i = 0; i < r->n_except; i++) {
		n = &r->except[i];
		if (n->len == len && ip_same_net(n->ip, ip, n->bits))
			return 1;
	}
	return 0;
}

int
clients_returned(const struct clients_list *l, const unsigned char *ip)
{
	uint32_t a = (uint32_t)ip[0] << 24 | (uint32_t)ip[1] << 16 |
	    (uint32_t)ip[2] << 8 | ip[3];
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (a >= l->returns[i].first && a <= l->returns[i].last)
			return 1;
	return 0;
}
