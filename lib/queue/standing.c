#include "queue/standing.h"
#include "mail/date.h"
#include "queue/name.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

int
standings_open(struct standings *s, int root)
{
	memset(s, 0, sizeof *s);
	s->root = ask_open(&s->ask, root) == 0 ? root : -1;
	return s->root == -1 ? -1 : 0;
}

static int
collect(struct standings *s, const struct ctlrequest *o, size_t at, size_t n)
{
	struct ask_end end = { 0 };
	const char *line;
	ssize_t k;

	if (ask_put(&s->ask, o, at, n) == -1)
		return -1;
	while ((k = ask_line(&s->ask, &line)) > 0) {
		if (ltsv_parse(line, k, &s->l) == 0 && ask_end(&s->l, &end)) {
			s->hold = end.hold;
			errno = EPROTO;
			return end.ok ? 0 : -1;
		}
		if (buf_put(&s->lines, line, k) == -1)
			return -1;
	}
	errno = ECONNRESET;
	return -1;
}

static int
collect_all(struct standings *s, const struct ctlrequest *o)
{
	size_t n = buf_len(&o->sel.ids) / NAME_LEN, at, some;

	buf_clear(&s->lines);
	s->at = s->used = 0;
	for (at = 0; at < n; at += some) {
		some =
		    n - at < CTLREQUEST_IDS_MAX ? n - at : CTLREQUEST_IDS_MAX;
		if (collect(s, o, at, some) == -1)
			return -1;
	}
	return 0;
}

int
standings_ask(struct standings *s, const char *ids, size_t n)
{
	struct ctlrequest *o = &s->show;

	if (s->root == -1)
		return 0;
	o->verb = CTLREQUEST_SHOW;
	buf_clear(&o->sel.ids);
	if (buf_put(&o->sel.ids, ids, n * NAME_LEN) == -1)
		return -1;
	if (collect_all(s, o) == 0)
		return 0;
	/* who looks at a list for long has been closed meanwhile */
	ask_close(&s->ask);
	if (ask_open(&s->ask, s->root) == 0 && collect_all(s, o) == 0)
		return 0;
	buf_clear(&s->lines);
	s->root = -1;
	return -1;
}

static uint64_t
number(const struct ltsv *l, const char *label)
{
	uint64_t u;

	return ltsv_num(l, label, 0, INT64_MAX, &u) == -1 ? 0 : u;
}

static struct selector_text
text(const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);
	struct selector_text t = { NULL, 0 };

	if (f != NULL) {
		t.p = f->value;
		t.n = f->value_len;
	}
	return t;
}

/* one of the words that it may be */
static const char *
word(const struct ltsv *l, const char *label, const char *const *words)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	for (; f != NULL && *words != NULL; words++)
		if (ltsv_is(f, *words))
			return *words;
	return NULL;
}

static void
fill(const struct ltsv *l, struct standing *out)
{
	static const char *const wheres[] = { "waiting", "ready", "out", NULL };
	static const char *const orders[] = { "delete", "bounce", "hold",
		NULL };

	out->known = 1;
	out->where = word(l, "where", wheres);
	out->order = word(l, "order", orders);
	out->site = text(l, "site");
	out->provider = text(l, "provider");
	out->class = text(l, "class");
	out->failure = text(l, "failure");
	out->link = text(l, "link");
	out->later = text(l, "later");
	out->since = number(l, "since");
	out->next = number(l, "next");
	out->site_next = number(l, "site-next");
	out->room = number(l, "room");
	out->doubt = number(l, "doubt") == 1;
	out->suspended = number(l, "suspended");
	out->suspended_until = number(l, "suspended-until");
	out->reason = text(l, "reason");
	out->overdue = number(l, "overdue") == 1;
}

/* the line at s->at; 0 at the end */
static int
look(struct standings *s)
{
	const char *p, *e;

	while (s->used == 0 && s->at < buf_len(&s->lines)) {
		p = buf_data(&s->lines) + s->at;
		e = memchr(p, '\n', buf_len(&s->lines) - s->at);
		s->used = e + 1 - p;
		if (ltsv_parse(p, s->used, &s->l) == 0 &&
		    text(&s->l, "id").n == NAME_LEN)
			return 1;
		s->at += s->used;
		s->used = 0;
	}
	return s->used > 0;
}

void
standings_find(struct standings *s, const char *id, unsigned n,
    struct standing *out)
{
	int k;

	memset(out, 0, sizeof *out);
	while (look(s)) {
		k = memcmp(text(&s->l, "id").p, id, NAME_LEN);
		if (k == 0 && number(&s->l, "n") == n)
			fill(&s->l, out);
		if (k > 0 || (k == 0 && number(&s->l, "n") >= n))
			return;
		s->at += s->used;
		s->used = 0;
	}
}

const char *
standing_span(char *t, size_t size, int64_t s)
{
	if (s < 0)
		s = 0;
	if (s < 100)
		snprintf(t, size, "%lds", (long)s);
	else if (s < 100 * 60)
		snprintf(t, size, "%ldm", (long)(s / 60));
	else if (s < 100 * 3600)
		snprintf(t, size, "%ldh", (long)(s / 3600));
	else
		snprintf(t, size, "%ldd", (long)(s / 86400));
	return t;
}

/* "WHAT DATE (in 4m)" */
static int
put_time(struct buf *b, const char *what, int64_t at, int64_t now)
{
	char span[STANDING_SPAN], date[DATE_ISO_LEN + 1];

	standing_span(span, sizeof span, at >= now ? at - now : now - at);
	date_iso(date, at, 0);
	return buf_printf(b, "%s %.19sZ (%s%s%s)", what, date,
	    at > now ? "in " : "", span, at > now ? "" : " ago");
}

static int
put_text(struct buf *b, const char *what, const struct selector_text *t)
{
	return t->p == NULL || t->n == 0
	    ? 0
	    : buf_printf(b, "; %s %.*s", what, (int)t->n, t->p);
}

static int
put_where(const struct standing *s, int64_t next, int64_t now, struct buf *b)
{
	int k = 0;

	if (s->where == NULL)
		return next > now ? put_time(b, "; next attempt", next, now)
				  : 0;
	if (strcmp(s->where, "out") == 0) {
		k |= buf_puts(b, "; in the chain");
		if (s->link.n > 0)
			k |= buf_printf(b, " of %.*s", (int)s->link.n,
			    s->link.p);
		if (s->since > 0)
			k |= put_time(b, " since", s->since, now);
		if (s->overdue)
			k |= buf_puts(b, "; past its deadline");
	} else if (strcmp(s->where, "waiting") == 0) {
		k |= put_time(b, "; next attempt", s->next, now);
	} else {
		k |= buf_puts(b, "; waits for its turn");
	}
	return k;
}

static int
put_site(const struct standing *s, int64_t now, struct buf *b)
{
	int k = put_text(b, "site", &s->site);

	if (s->site_next == 0)
		return k;
	k |= s->room > 0 ? buf_printf(b, "; no more than %llu there",
			       (unsigned long long)s->room)
			 : buf_puts(b, "; none there");
	return k | put_time(b, " until", s->site_next, now);
}

static int
put_suspended(const struct standing *s, int64_t now, struct buf *b)
{
	int k;

	if (s->suspended == 0)
		return 0;
	k = buf_printf(b, "; suspended by order %lld", (long long)s->suspended);
	if (s->suspended_until > 0)
		k |= put_time(b, " until", s->suspended_until, now);
	return k | put_text(b, "reason:", &s->reason);
}

static const char *
ordered(const char *order)
{
	return strcmp(order, "delete") == 0 ? "; deleted when it comes back"
	    : strcmp(order, "bounce") == 0  ? "; returned when it comes back"
					    : "; held when it comes back";
}

int
standing_words(const struct standing *s, enum message_state state, int64_t next,
    int64_t hold_until, int64_t now, struct buf *b)
{
	size_t from = buf_len(b);
	int k = 0;

	if (message_owes(state))
		k |= buf_puts(b, "; report owed");
	if (state == MESSAGE_QUEUED)
		k |= put_where(s, next, now, b);
	if (hold_until > now)
		k |= put_time(b, "; sender holds it until", hold_until, now);
	if (!message_final(state))
		k |= put_site(s, now, b);
	k |= put_suspended(s, now, b);
	k |= put_text(b, "put off:", &s->later);
	if (s->order != NULL)
		k |= buf_puts(b, ordered(s->order));
	if (s->doubt)
		k |= buf_puts(b, "; outcome of the last attempt unknown");
	if (k == 0 && buf_len(b) > from) {
		buf_data(b)[from] = ' ';
		buf_data(b)[from + 1] = '(';
		k |= buf_putc(b, ')');
	}
	return k;
}

static int
put_label(struct buf *b, const char *label, const struct selector_text *t)
{
	return t->p == NULL
	    ? 0
	    : buf_printf(b, "\t%s:%.*s", label, (int)t->n, t->p);
}

static int
put_number(struct buf *b, const char *label, int64_t n)
{
	return n == 0 ? 0 : ltsv_putnum(b, label, n);
}

int
standing_labels(const struct standing *s, struct buf *b)
{
	int k = 0;

	if (s->where != NULL)
		k |= ltsv_puts(b, "where", s->where);
	k |= put_label(b, "site", &s->site);
	k |= put_label(b, "provider", &s->provider);
	k |= put_label(b, "class", &s->class);
	k |= put_label(b, "failure", &s->failure);
	k |= put_label(b, "link", &s->link);
	k |= put_number(b, "since", s->since);
	k |= put_number(b, "overdue", s->overdue);
	k |= put_number(b, "site-next", s->site_next);
	k |= put_label(b, "later", &s->later);
	k |= put_number(b, "doubt", s->doubt);
	k |= put_number(b, "suspended", s->suspended);
	k |= put_number(b, "suspended-until", s->suspended_until);
	k |= put_label(b, "reason", &s->reason);
	if (s->site_next > 0)
		k |= ltsv_putnum(b, "room", s->room);
	if (s->order != NULL)
		k |= ltsv_puts(b, "order", s->order);
	return k;
}
