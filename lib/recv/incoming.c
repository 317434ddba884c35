#include "recv/incoming.h"
#include "base/die.h"
#include "mail/address.h"
#include "mail/header.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
high(const char *p, size_t n)
{
	unsigned char c = 0;
	size_t i;

	for (i = 0; i < n; i++)
		c |= p[i];
	return c >> 7;
}

static struct share_holder *
holder(const struct incoming *l)
{
	return l->party == NULL ? NULL : &l->party->share;
}

/* may it have so much more memory? */
static int
room(const struct incoming *l, size_t n)
{
	return share_ask(&l->store->share, SHARE_MEMORY, holder(l), n) ==
	    SHARE_YES;
}

static void
charge(struct incoming *l, size_t n)
{
	l->charged += n;
	share_add(&l->store->share, SHARE_MEMORY, holder(l), n);
}

static void
discharge(struct incoming *l, size_t n)
{
	l->charged -= n;
	share_give(&l->store->share, SHARE_MEMORY, holder(l), n);
}

/* what is in a file of its, or was to be */
static void
discharge_file(struct incoming *l, uint64_t n)
{
	share_give(&l->store->share, SHARE_FILES, holder(l), n);
}

struct incoming *
incoming_new(struct incoming_store *store, struct party *party)
{
	struct incoming *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->item.fd = -1;
	spool_init(&l->content);
	l->store = store;
	l->party = party;
	charge(l, sizeof *l);
	return l;
}

void
incoming_free(struct incoming *l)
{
	discharge_file(l, l->content.filed);
	discharge(l, l->charged);
	if (l->party != NULL)
		party_check(&l->store->parties, l->party);
	accepthold_drop(l->hold);
	buf_free(&l->item.env);
	buf_free(&l->item.text);
	spool_free(&l->content);
	free(l);
}

struct slice
incoming_sender(const struct incoming *l)
{
	struct slice from = { "", 0 };
	const char *p = buf_data(&l->item.env), *lf;

	if (buf_len(&l->item.env) < 5)
		return from;
	lf = memchr(p, '\n', buf_len(&l->item.env));
	if (lf != NULL && lf - p > 5)
		from = (struct slice){ p + 5, (size_t)(lf - p) - 5 };
	return from;
}

void
incoming_counted(struct incoming *l)
{
	if (l->hold != NULL)
		accepthold_done(l->hold, l->rcpts, l->bytes);
	l->hold = NULL;
}

int
incoming_has(const struct incoming *l, const char *key)
{
	const char *p = buf_data(&l->item.env), *end, *lf;
	size_t n = strlen(key);

	for (end = p + buf_len(&l->item.env); p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		if (lf == NULL)
			break;
		if ((size_t)(lf - p) > n && memcmp(p, key, n) == 0 &&
		    p[n] == ' ')
			return 1;
	}
	return 0;
}

int
incoming_line(struct incoming *l, const char *key, const char *value, size_t n)
{
	size_t before = buf_len(&l->item.env);

	if (!room(l, 2 * n) || before + 2 * n > INCOMING_ENVELOPE_MAX ||
	    parcel_put(&l->item.env, key, value, n) == -1)
		return -1;
	charge(l, buf_len(&l->item.env) - before);
	return 0;
}

/* a recipient who was named twice */

/* the line of one */
struct named {
	char *line, *end;
	const char *address;
	size_t n;
};

static int
by_address(const void *a, const void *b)
{
	const struct named *s = a, *t = b;
	int r = address_compare(s->address, s->n, t->address, t->n);

	return r != 0 ? r : (s->line > t->line) - (s->line < t->line);
}

static int
by_line(const void *a, const void *b)
{
	const struct named *s = a, *t = b;

	return (s->line > t->line) - (s->line < t->line);
}

/* all of them; with list NULL they are only counted */
static size_t
recipients(const struct buf *env, struct named *list)
{
	char *line = buf_data(env), *end = line + buf_len(env);
	const char *p = line;
	struct parcel_line l;
	size_t n = 0;

	for (; p < end && parcel_next(&p, end, &l) == 1; line += p - line) {
		if (!parcel_is(&l, "to"))
			continue;
		if (list != NULL)
			list[n] = (struct named){ line, line + (p - line),
				l.value, parcel_address(l.value, l.value_len) };
		n++;
	}
	return n;
}

void
incoming_no_rcpts(struct incoming *l)
{
	struct buf *env = &l->item.env;
	char *to = buf_data(env), *end = to + buf_len(env), *line = to;
	const char *p = to;
	struct parcel_line at;
	size_t n;

	while (p < end && parcel_next(&p, end, &at) == 1) {
		n = (size_t)(p - line);
		if (!parcel_is(&at, "to")) {
			memmove(to, line, n);
			to += n;
		}
		line += n;
	}
	env->end -= (size_t)(end - to);
	discharge(l, (size_t)(end - to));
}

void
incoming_reckon(struct incoming *l)
{
	l->rcpts = (uint32_t)recipients(&l->item.env, NULL);
	l->bytes = buf_len(&l->item.text) + l->item.file_len;
}

int
incoming_once(struct incoming *l)
{
	struct buf *env = &l->item.env;
	size_t n = recipients(env, NULL), i, twice = 0, gone = 0;
	struct named *list;
	char *next;

	if (n < 2)
		return 0;
	list = calloc(n + 1, sizeof *list);
	if (list == NULL)
		return -1;
	recipients(env, list);
	qsort(list, n, sizeof *list, by_address);
	for (i = 1; i < n; i++)
		if (address_compare(list[i - 1].address, list[i - 1].n,
			list[i].address, list[i].n) == 0)
			list[twice++] = list[i];
	qsort(list, twice, sizeof *list, by_line);
	list[twice].line = buf_data(env) + buf_len(env);
	for (i = 0; i < twice; i++) {
		next = list[i + 1].line;
		memmove(list[i].line - gone, list[i].end, next - list[i].end);
		gone += list[i].end - list[i].line;
	}
	env->end -= gone;
	discharge(l, gone);
	free(list);
	return 0;
}

void
incoming_drop(struct incoming *l)
{
	discharge_file(l, l->content.filed);
	discharge(l, buf_len(&l->content.text));
	spool_free(&l->content);
	l->failed = 1;
}

static void
fail(struct incoming *l, const char *what)
{
	warn("unable to %s a file in %s: %m", what, l->store->dir);
	incoming_drop(l);
}

/* what is in memory goes to the file */
static void
spill(struct incoming *l)
{
	size_t n = buf_len(&l->content.text);

	if (share_take(&l->store->share, SHARE_FILES, holder(l), n) == -1) {
		incoming_drop(l);
		return;
	}
	if (spool_spill(&l->content, 0) == -1) {
		fail(l, "write");
		discharge_file(l, n);
		return;
	}
	discharge(l, n);
}

/* is an empty line needed?  or a name, for the line of a mailbox?  the
 * content's first bytes are in memory until it is known.  VIOLATIONS.md:
 * FIRST-LINE */
static void
begin(struct incoming *l, int whole)
{
	struct buf *t = &l->content.text;
	size_t n = buf_len(t) - l->begin;
	char *p = buf_data(t) + l->begin;
	const char *front;
	int fits = header_fits(p, n, whole),
	    mailbox = fits == 0 ? header_mailbox(p, n, whole) : 0;

	if (fits == -1 || mailbox == -1)
		return;
	l->unsure = 0;
	if (fits)
		return;
	front = mailbox ? "X-Mailbox-Line: " : "\n";
	if (buf_puts(t, front) == -1) {
		warn("out of memory");
		incoming_drop(l);
		return;
	}
	charge(l, strlen(front));
	p = buf_data(t) + l->begin;
	memmove(p + strlen(front), p, n);
	memcpy(p, front, strlen(front));
}

static void
add(struct incoming *l, const char *p, size_t n)
{
	struct buf *t = &l->content.text;

	if (l->content.fd == -1 &&
	    (buf_len(t) + n > INCOMING_MEMORY_MAX || !room(l, n)) &&
	    spool_file(&l->content, l->store->dir) == -1) {
		fail(l, "open");
		return;
	}
	if (buf_put(t, p, n) == -1) {
		warn("out of memory");
		incoming_drop(l);
		return;
	}
	if (l->nul && l->clean)
		bytes_no_nul(buf_tail(t) - n, n);
	charge(l, n);
	if (l->unsure)
		begin(l, 0);
	if (l->content.fd != -1 && !l->unsure &&
	    (buf_len(t) > INCOMING_MEMORY_MAX || !room(l, 0)))
		spill(l);
}

void
incoming_front(struct incoming *l, const char *p, size_t n)
{
	if (l->failed)
		return;
	/* it stays in memory until the content has begun */
	if (buf_put(&l->content.text, p, n) == -1) {
		warn("out of memory");
		incoming_drop(l);
		return;
	}
	charge(l, n);
	l->begin = buf_len(&l->content.text);
	l->unsure = 1;
}

void
incoming_add(struct incoming *l, const char *p, size_t n)
{
	if (l->failed)
		return;
	hops_feed(&l->hops, p, n);
	l->eight |= high(p, n);
	l->nul |= memchr(p, '\0', n) != NULL;
	add(l, p, n);
}

int
incoming_whole(struct incoming *l)
{
	struct spool *c = &l->content;

	if (l->unsure && !l->failed)
		begin(l, 1);
	if (c->fd != -1 && !l->failed)
		spill(l);
	if (l->failed)
		return -1;
	if (c->fd != -1)
		buf_free(&c->text);
	l->item.text = c->text;
	memset(&c->text, 0, sizeof c->text);
	l->item.fd = c->fd;
	l->item.file_len = c->filed;
	return 0;
}

int
incoming_set_head(struct incoming *l, size_t n, const struct buf *head)
{
	struct buf *t = &l->item.text, b = { 0 };

	if (buf_put(&b, buf_data(head), buf_len(head)) == -1 ||
	    buf_put(&b, buf_data(t) + n, buf_len(t) - n) == -1) {
		buf_free(&b);
		return -1;
	}
	discharge(l, buf_len(t));
	buf_free(t);
	*t = b;
	charge(l, buf_len(t));
	return 0;
}
