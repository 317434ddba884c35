#include "queue/jobhead.h"
#include "base/ascii.h"
#include "base/num.h"
#include "format/deliverby.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include "queue/name.h"
#include "queue/nametable.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* lines that no job carries, and names that jobs use themselves */
static const char *const not_labels[] = { "client", "client-name", "port",
	"helo", "proto", "tls", "tls-cert", "time", "hold-until", "key",
	"ms-receive", "id", "n", "size", "try", "birth", "file", "off", "doubt",
	"doubt-host", "prio", "tenant", "tag", "last-class", "last-failure",
	"last-src", "avoid-src", "was", "use-pool", "pool", "host",
	"suspend-if" };

struct maker {
	struct buf who, rest, text;
	const char *from, *tenant, *user;
	size_t from_len, tenant_len, user_len;
	unsigned labels;
	struct jobhead c; /* last: its text is not used */
};

static int
is_label(const struct parcel_line *l)
{
	size_t i;

	for (i = 0; i < sizeof not_labels / sizeof *not_labels; i++)
		if (parcel_is(l, not_labels[i]))
			return 0;
	return 1;
}

/* the value is escaped already */
static int
put_field(struct buf *b, const char *label, size_t label_len, const char *v,
    size_t n)
{
	if (buf_reserve(b, label_len + n + 2) == -1)
		return -1;
	buf_putc(b, '\t');
	buf_put(b, label, label_len);
	buf_putc(b, ':');
	return buf_put(b, v, n);
}

/* a line too many is left out of the jobs; it is in the file */
static int
put_label(struct maker *k, struct buf *b, const struct parcel_line *l)
{
	if (k->labels == JOBHEAD_LABELS_MAX || l->key_len > LTSV_LABEL_MAX ||
	    buf_len(&k->who) + buf_len(&k->rest) + l->key_len + l->value_len +
		    2 >
		JOBHEAD_COMMON_MAX)
		return 0;
	k->labels++;
	return put_field(b, l->key, l->key_len, l->value, l->value_len);
}

static void
seconds(const struct parcel_line *l, int64_t *out)
{
	int64_t ms;

	if (num_scan_time(l->value, l->value_len, &ms) == 0)
		*out = ms / 1000;
}

/* what a job says otherwise than in a label of that name; 0: the line may
 * become one */
static int
is_own(struct maker *k, const struct parcel_line *l)
{
	int64_t ms;
	uint64_t u;

	if (parcel_is(l, "from")) {
		k->from = l->value;
		k->from_len = l->value_len;
	} else if (parcel_is(l, "prio")) {
		if (num_scan(l->value, l->value_len, 0, 9, &u) == 0)
			k->c.prio = u;
	} else if (parcel_is(l, "time")) {
		if (num_scan_time(l->value, l->value_len, &ms) == 0)
			k->c.birth_ms = ms;
	} else {
		return 0;
	}
	return 1;
}

/* one that is to come back then has its end there, whatever else is said */
static void
deliver_by(const struct parcel_line *l, struct jobhead *c)
{
	struct deliverby by;

	if (deliverby(l->value, l->value_len, &by) == -1)
		return;
	if (by.at == 0)
		by.at = 1;
	if (by.mode == 'N')
		c->notify_at = by.at;
	else if (c->expire == 0 || by.at < c->expire)
		c->expire = by.at;
}

static int
one_line(struct maker *k, const struct parcel_line *l)
{
	int64_t at = 0;

	if (is_own(k, l))
		return 0;
	if (parcel_is(l, "hold-until"))
		seconds(l, &k->c.hold_until);
	if (parcel_is(l, "expire")) {
		seconds(l, &at);
		if (at > 0 && (k->c.expire == 0 || at < k->c.expire))
			k->c.expire = at;
	}
	if (parcel_is(l, "deliver-by"))
		deliver_by(l, &k->c);
	if (parcel_is(l, "tenant")) {
		k->tenant = l->value;
		k->tenant_len = l->value_len;
		return put_label(k, &k->who, l);
	}
	if (parcel_is(l, "tag") || parcel_is(l, "uuid"))
		return put_label(k, &k->who, l);
	if (parcel_is(l, "user")) {
		k->user = l->value;
		k->user_len = l->value_len;
	}
	return is_label(l) ? put_label(k, &k->rest, l) : 0;
}

/* "NOTIFY=... ORCPT=..." as fields */
static int
put_params(struct buf *b, const char *p, size_t n)
{
	static const struct {
		const char *param, *label;
	} known[] = { { "NOTIFY=", "notify" }, { "ORCPT=", "orcpt" } };
	const char *end = p + n, *e;
	unsigned seen = 0;
	size_t i, len;

	for (; p < end; p = e + (e < end)) {
		e = memchr(p, ' ', end - p);
		if (e == NULL)
			e = end;
		for (i = 0; i < 2; i++) {
			len = strlen(known[i].param);
			if ((size_t)(e - p) <= len || (seen >> i & 1) ||
			    strncasecmp(p, known[i].param, len) != 0)
				continue;
			seen |= 1u << i;
			if (put_field(b, known[i].label, strlen(known[i].label),
				p + len, e - p - len) == -1)
				return -1;
		}
	}
	return 0;
}

static int
one_rcpt(struct maker *k, const struct message_rcpt *m, struct jobhead_rcpt *r)
{
	size_t at = buf_len(&k->text);

	r->offset = m->offset;
	r->at = at;
	r->to_len = m->address_len;
	r->tries = m->tries < UINT16_MAX ? m->tries : UINT16_MAX;
	r->state = m->state;
	r->mark = message_mark(m->mark, m->doubt);
	r->next = m->next;
	if (buf_put(&k->text, m->address, m->address_len) == -1 ||
	    put_params(&k->text, m->params, m->params_len) == -1)
		return -1;
	r->more_len = buf_len(&k->text) - at - r->to_len;
	return 0;
}

/* whom it belongs to: tenant, else user, else the sender's domain */
static void
choose_owner(const struct maker *k, const char **p, size_t *n)
{
	const char *at;

	if (k->tenant != NULL || k->user != NULL) {
		*p = k->tenant != NULL ? k->tenant : k->user;
		*n = k->tenant != NULL ? k->tenant_len : k->user_len;
		return;
	}
	at = memrchr(k->from, '@', k->from_len);
	*p = at != NULL ? at + 1 : k->from;
	*n = k->from_len - (*p - k->from);
}

/* one piece behind another */
static char *
copy(char *to, const char *p, size_t n)
{
	memcpy(to, p, n);
	return to + n;
}

static struct jobhead *
join(struct maker *k, struct jobhead_rcpt *rcpt)
{
	size_t who, common, n, owner_len, table;
	const char *owner;
	struct jobhead *c;
	unsigned i;
	char *p;

	choose_owner(k, &owner, &owner_len);
	who = 5 + k->from_len + buf_len(&k->who);
	common = who + buf_len(&k->rest);
	n = sizeof *c + common + owner_len + buf_len(&k->text);
	n = (n + 7) / 8 * 8;
	table = k->c.n_rcpt * sizeof *rcpt;
	c = malloc(n + table);
	if (c == NULL)
		return NULL;
	*c = k->c;
	c->bytes = n + table;
	c->who_len = who;
	c->common_len = c->owner_at = common;
	c->owner_len = owner_len;
	p = copy(c->text, "from:", 5);
	p = copy(p, k->from, k->from_len);
	p = copy(p, buf_data(&k->who), buf_len(&k->who));
	p = copy(p, buf_data(&k->rest), buf_len(&k->rest));
	p = copy(p, owner, owner_len);
	copy(p, buf_data(&k->text), buf_len(&k->text));
	c->rcpt = (struct jobhead_rcpt *)((char *)c + n);
	for (i = 0; i < c->n_rcpt; i++)
		rcpt[i].at += common + owner_len;
	memcpy(c->rcpt, rcpt, table);
	return c;
}

static int
put_rest(struct maker *k, const struct message_head *h, const char *path)
{
	struct buf *b = &k->rest;

	return buf_printf(b, "\tsize:%llu\tbirth:%lld.%03d\tprio:%u\tfile:",
		   (unsigned long long)h->size,
		   (long long)(k->c.birth_ms / 1000),
		   (int)(k->c.birth_ms % 1000), k->c.prio) == -1 ||
		ltsv_escape(b, path, strlen(path)) == -1 ||
		buf_printf(b, "\toff:%llu", (unsigned long long)h->head_len) ==
		    -1
	    ? -1
	    : 0;
}

static int
read_head(struct maker *k, struct message_head *h, struct jobhead_rcpt *rcpt,
    const char *path)
{
	struct parcel_line l;
	struct message_rcpt m;
	unsigned i = 0;
	int r;

	while ((r = message_line(h, &l)) == 1)
		if (one_line(k, &l) == -1)
			return -1;
	errno = EINVAL;
	if (r == -1 || k->from == NULL)
		return -1;
	while ((r = message_rcpt(h, &m)) == 1)
		if (one_rcpt(k, &m, &rcpt[i++]) == -1)
			return -1;
	if (r == -1) {
		errno = EINVAL;
		return -1;
	}
	return put_rest(k, h, path);
}

static uint32_t
hash_lower(uint32_t h, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)ascii_lower(p[i])) * 16777619u;
	return h;
}

uint32_t
jobhead_sender(const char *p, size_t n)
{
	const char *local, *domain;
	size_t l, d;
	uint32_t h;

	address_pieces(p, n, &local, &l, &domain, &d);
	h = hash_lower(hash_lower(2166136261u, local, l), domain, d);
	return h ^ h >> 15;
}

static int
begin(struct maker *k, const struct message_head *h, const char *id)
{
	memset(&k->c, 0, sizeof k->c);
	k->from = k->tenant = k->user = NULL;
	k->labels = 0;
	buf_clear(&k->who);
	buf_clear(&k->rest);
	buf_clear(&k->text);
	if (buf_reserve(&k->who, 1) == -1 || buf_reserve(&k->rest, 1) == -1 ||
	    buf_reserve(&k->text, 1) == -1)
		return -1;
	k->c.prio = 5;
	k->c.birth_ms = name_time_us(id) / 1000;
	k->c.n_rcpt = h->n_rcpt;
	k->c.off = h->head_len;
	return 0;
}

struct jobhead *
jobhead_make(const char *head, size_t n, const char *id, const char *path)
{
	static struct maker k; /* its buffers serve again */
	struct jobhead_rcpt one, *rcpt = &one;
	struct message_head h;
	struct jobhead *c = NULL;

	/* no more recipients than lines have room */
	if (message_open(head, n, &h) == -1 ||
	    h.n_rcpt > h.head_len / MESSAGE_TO_FIXED) {
		errno = EINVAL;
		return NULL;
	}
	if (begin(&k, &h, id) == -1 ||
	    (h.n_rcpt > 1 && (rcpt = malloc(h.n_rcpt * sizeof *rcpt)) == NULL))
		return NULL;
	if (read_head(&k, &h, rcpt, path) == 0) {
		k.c.sender = jobhead_sender(k.from, k.from_len);
		k.c.null_sender = k.from_len == 0;
		c = join(&k, rcpt);
	}
	if (rcpt != &one)
		free(rcpt);
	if (k.text.cap > BUF_KEEP)
		buf_free(&k.text);
	return c;
}

int
jobhead_job(const struct jobhead *c, unsigned i, const char *id, unsigned tries,
    int doubt, struct buf *b)
{
	const struct jobhead_rcpt *r = &c->rcpt[i];

	if (buf_reserve(b,
		NAME_LEN + c->common_len + r->to_len + r->more_len + 80) == -1)
		return -1;
	buf_put(b, "id:", 3);
	buf_put(b, id, NAME_LEN);
	buf_put(b, "\tn:", 3);
	buf_putnum(b, i);
	buf_put(b, "\tto:", 4);
	buf_put(b, c->text + r->at, r->to_len);
	buf_put(b, "\ttry:", 5);
	buf_putnum(b, tries);
	if (doubt)
		buf_put(b, "\tdoubt:1", 8);
	buf_putc(b, '\t');
	buf_put(b, c->text, c->common_len);
	buf_put(b, c->text + r->at + r->to_len, r->more_len);
	return buf_putc(b, '\n');
}

int
jobhead_last(struct buf *b, struct slice class, struct slice failure)
{
	int r = 0;

	b->end--; /* the LF */
	if (word_name(class.p, class.n))
		r |= put_field(b, "last-class", 10, class.p, class.n);
	if (word_name(failure.p, failure.n))
		r |= put_field(b, "last-failure", 12, failure.p, failure.n);
	return r | buf_putc(b, '\n');
}

int
jobhead_who(const struct jobhead *c, unsigned i, struct buf *b)
{
	const struct jobhead_rcpt *r = &c->rcpt[i];

	if (buf_reserve(b, c->who_len + r->to_len + 4) == -1)
		return -1;
	buf_put(b, c->text, c->who_len);
	buf_put(b, "\tto:", 4);
	return buf_put(b, c->text + r->at, r->to_len);
}

struct slice
jobhead_campaign(const struct jobhead *c)
{
	static const char tag[] = "tag:campaign=";
	const size_t len = sizeof tag - 1;
	struct slice rest = { c->text, c->who_len }, f;

	while (word_piece(&rest, '\t', &f))
		if (f.n > len && memcmp(f.p, tag, len) == 0)
			return (struct slice){ f.p + len, f.n - len };
	return (struct slice){ "", 0 };
}

size_t
jobhead_domain(const char *address, size_t n, char *out)
{
	const char *at = memrchr(address, '@', n);
	size_t len;

	if (at == NULL)
		return 0;
	at++;
	len = address_domain_len(at, address + n - at);
	if (len > JOBHEAD_DOMAIN_MAX)
		len = JOBHEAD_DOMAIN_MAX;
	ascii_lower_copy(out, at, len);
	return len;
}
