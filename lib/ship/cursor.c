#include "ship/cursor.h"
#include "base/ascii.h"
#include "base/num.h"
#include "crypt/digest.h"
#include <string.h>

void
cursor_sum(const char *p, size_t n, char out[CURSOR_SUM_LEN + 1])
{
	unsigned char sum[DIGEST_LEN];
	struct digest d;
	int i;

	digest_init(&d);
	digest_add(&d, p, n);
	digest_end(&d, sum);
	for (i = 0; i < CURSOR_SUM_LEN / 2; i++)
		ascii_hex(out + 2 * i, sum[i]);
	out[CURSOR_SUM_LEN] = '\0';
}

void
cursor_no_place(struct cursor_at *at)
{
	at->off = at->ino = at->head_len = 0;
	at->head[0] = at->name[0] = '\0';
}

static int
is_hex(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_digit(p[i]) && (p[i] < 'a' || p[i] > 'f'))
			return 0;
	return 1;
}

/* numbers in the order in which they stand in a line */
struct number {
	const char *label;
	size_t at; /* in the structure */
};
#define AT(member) offsetof(struct cursor, member)
static const struct number numbers[] = {
	{ "off", AT(at.off) },
	{ "ino", AT(at.ino) },
	{ "events", AT(n.events) },
	{ "taken", AT(n.taken) },
	{ "filtered", AT(n.filtered) },
	{ "dead", AT(n.dead) },
	{ "other", AT(n.other) },
	{ "lost", AT(n.lost) },
	{ "logged", AT(n.logged) },
	{ "sum", AT(n.sum) },
	{ "last-us", AT(n.last_us) },
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static uint64_t *
number_of(struct cursor *c, unsigned i)
{
	return (uint64_t *)(void *)((char *)c + numbers[i].at);
}

int
cursor_put(struct buf *out, const struct cursor *c)
{
	struct cursor copy = *c;
	unsigned i;

	if (ltsv_puts(out, "src", c->src) == -1 ||
	    ltsv_puts(out, "behind", c->at.behind) == -1 ||
	    ltsv_puts(out, "file", c->at.name) == -1 ||
	    ltsv_putnum(out, "head-len", c->at.head_len) == -1 ||
	    ltsv_puts(out, "head", c->at.head) == -1)
		return -1;
	for (i = 0; i < NUMBERS; i++)
		if (ltsv_putnum(out, numbers[i].label, *number_of(&copy, i)) ==
		    -1)
			return -1;
	if (logfiles_put(out, &c->at.files) == -1)
		return -1;
	return ltsv_end(out);
}

int
cursor_end(struct buf *out)
{
	return buf_puts(out, "end:1\n");
}

/* a file's name, or nothing */
static int
get_file(const struct ltsv *l, const char *label, char *out)
{
	long n = ltsv_get(l, label, out, CURSOR_FILE_LEN + 1);

	return n == 0 || (n > 0 && logfiles_name(out, (size_t)n)) ? 0 : -1;
}

/* the files; before there was a list of them all up to a name had been read */
static int
get_files(const struct ltsv *l, struct cursor_at *at)
{
	if (ltsv_find(l, "read") != NULL)
		return get_file(l, "file", at->name) == -1
		    ? -1
		    : logfiles_get(&at->files, l);
	logfiles_read_to(&at->files, at->behind);
	return get_file(l, "newest", at->newest) == -1
	    ? -1
	    : ltsv_num(l, "pending", 0, INT64_MAX, &at->pending);
}

static int
get(const struct ltsv *l, struct cursor *c)
{
	uint64_t head_len;
	unsigned i;
	long n;

	memset(c, 0, sizeof *c);
	n = ltsv_get(l, "src", c->src, sizeof c->src);
	if (n <= 0 || strlen(c->src) != (size_t)n ||
	    memchr(c->src, '/', (size_t)n) != NULL || c->src[0] == '.' ||
	    get_file(l, "behind", c->at.behind) == -1 ||
	    get_files(l, &c->at) == -1 ||
	    ltsv_num(l, "head-len", 0, CURSOR_HEAD_MAX, &head_len) == -1)
		return -1;
	c->at.head_len = (unsigned)head_len;
	n = ltsv_get(l, "head", c->at.head, sizeof c->at.head);
	if (n != (head_len > 0 ? CURSOR_SUM_LEN : 0) ||
	    !is_hex(c->at.head, (size_t)n))
		return -1;
	for (i = 0; i < NUMBERS; i++)
		if (ltsv_num(l, numbers[i].label, 0,
			numbers[i].at == AT(n.sum) ? UINT64_MAX : INT64_MAX,
			number_of(c, i)) == -1)
			return -1;
	return 0;
}

int
cursor_next(const char **p, const char *end, struct cursor *c)
{
	const char *lf = *p < end ? memchr(*p, '\n', (size_t)(end - *p)) : NULL;
	struct ltsv l;

	if (lf == NULL || ltsv_parse(*p, (size_t)(lf - *p), &l) == -1)
		return -1;
	*p = lf + 1;
	if (l.n == 1 && ltsv_is(ltsv_find(&l, "end"), "1"))
		return *p == end ? 0 : -1;
	return get(&l, c) == 0 ? 1 : -1;
}
