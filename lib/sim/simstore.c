#include "sim/simstore.h"
#include "base/ascii.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST = 1024,                /* elements there is room for at first */
	SIMSTORE_ADDRESS_MAX = 65535 /* bytes of one */
};

/* room for more elements; 0, or -1 */
static int
grow(void **p, uint32_t *cap, uint64_t n, size_t size)
{
	uint64_t want = *cap == 0 ? FIRST : *cap;
	void *q;

	if (n <= *cap)
		return 0;
	while (want < n)
		want += want / 2;
	if (want >= SIMSTORE_NONE) {
		errno = ENOMEM;
		return -1;
	}
	q = realloc(*p, want * size);
	if (q == NULL)
		return -1;
	*p = q;
	*cap = (uint32_t)want;
	return 0;
}

/* names */

uint32_t
simstore_name(struct simstore *s, const char *p, size_t n)
{
	int fresh;

	/* an empty buffer may have no address */
	return nametable_get(&s->names, n > 0 ? p : "", n, &fresh);
}

const char *
simstore_text(const struct simstore *s, uint32_t name, size_t *n)
{
	if (name == SIMSTORE_NONE) {
		*n = 0;
		return "";
	}
	*n = s->names.name[name].len;
	return s->names.name[name].s;
}

/* messages */

static uint32_t
message_hash(const void *owner, uint32_t i)
{
	const struct simstore *s = owner;

	return nametable_hash(s->message[i].id, NAME_LEN);
}

static struct hashindex_array
messages(const struct simstore *s)
{
	return (struct hashindex_array){ &s->message->next, sizeof *s->message,
		message_hash, s };
}

uint32_t
simstore_find(const struct simstore *s, const char *id)
{
	uint32_t i = hashindex_first(&s->by_id, nametable_hash(id, NAME_LEN));

	while (i != SIMSTORE_NONE &&
	    memcmp(s->message[i].id, id, NAME_LEN) != 0)
		i = s->message[i].next;
	return i;
}

uint32_t
simstore_message(struct simstore *s, const char *id)
{
	uint32_t i = simstore_find(s, id);
	struct hashindex_array a;
	struct simstore_message *m;
	void *p = s->message;

	if (i != SIMSTORE_NONE)
		return i;
	if (grow(&p, &s->cap_message, (uint64_t)s->n_message + 1, sizeof *m) ==
	    -1)
		return SIMSTORE_NONE;
	s->message = p;
	i = s->n_message++;
	m = &s->message[i];
	memset(m, 0, sizeof *m);
	memcpy(m->id, id, NAME_LEN);
	m->from = m->tenant = m->user = m->tags = m->first = SIMSTORE_NONE;
	m->prio = 5;
	a = messages(s);
	return hashindex_add(&s->by_id, &a, i) == -1 ? SIMSTORE_NONE : i;
}

/* recipients */

static uint32_t
rcpt_hash(const void *owner, uint32_t i)
{
	const struct simstore *s = owner;

	return hashindex_pair(s->rcpt[i].message, s->rcpt[i].n);
}

static struct hashindex_array
numbers(const struct simstore *s)
{
	return (struct hashindex_array){ &s->rcpt->next, sizeof *s->rcpt,
		rcpt_hash, s };
}

uint32_t
simstore_number(const struct simstore *s, uint32_t message, uint32_t n)
{
	uint32_t i = message == SIMSTORE_NONE ? SIMSTORE_NONE
					      : s->message[message].first;

	/* most messages have one */
	if (i == SIMSTORE_NONE || s->rcpt[i].n == n)
		return i;
	i = hashindex_first(&s->by_number, hashindex_pair(message, n));
	while (i != SIMSTORE_NONE &&
	    (s->rcpt[i].message != message || s->rcpt[i].n != n))
		i = s->rcpt[i].next;
	return i;
}

uint32_t
simstore_rcpt(struct simstore *s, uint32_t message, uint32_t n)
{
	uint32_t i = simstore_number(s, message, n);
	struct hashindex_array a;
	struct simstore_rcpt *r;
	void *p = s->rcpt;

	if (i != SIMSTORE_NONE)
		return i;
	if (grow(&p, &s->cap_rcpt, (uint64_t)s->n_rcpt + 1, sizeof *r) == -1)
		return SIMSTORE_NONE;
	s->rcpt = p;
	i = s->n_rcpt++;
	r = &s->rcpt[i];
	memset(r, 0, sizeof *r);
	r->message = message;
	r->n = n;
	r->other = s->message[message].first;
	s->message[message].first = i;
	r->to = r->domain = r->site = SIMSTORE_NONE;
	r->via = r->src = r->provider = SIMSTORE_NONE;
	r->first = r->last = SIMSTORE_NONE;
	a = numbers(s);
	return hashindex_add(&s->by_number, &a, i) == -1 ? SIMSTORE_NONE : i;
}

/* the domain, short of its case */
static uint32_t
domain_of(struct simstore *s, const char *to, size_t n)
{
	const char *at = memrchr(to, '@', n);
	char domain[256];
	size_t len;

	if (at == NULL)
		return simstore_name(s, "", 0);
	len = (size_t)(to + n - at - 1);
	if (len > sizeof domain)
		len = sizeof domain;
	ascii_lower_copy(domain, at + 1, len);
	return simstore_name(s, domain, len);
}

/* two bytes of length, and the address */
int
simstore_address(struct simstore *s, uint32_t rcpt, const char *to, size_t n)
{
	struct simstore_rcpt *r = &s->rcpt[rcpt];
	void *p = s->text;
	uint16_t len;

	if (n > SIMSTORE_ADDRESS_MAX)
		n = SIMSTORE_ADDRESS_MAX;
	if (grow(&p, &s->cap_text, (uint64_t)s->n_text + 2 + n, 1) == -1)
		return -1;
	s->text = p;
	len = (uint16_t)n;
	r->to = s->n_text;
	memcpy(s->text + s->n_text, &len, sizeof len);
	memcpy(s->text + s->n_text + 2, to, n);
	s->n_text += (uint32_t)n + 2;
	r->domain = domain_of(s, to, n);
	return r->domain == SIMSTORE_NONE ? -1 : 0;
}

const char *
simstore_to(const struct simstore *s, uint32_t rcpt, size_t *n)
{
	const struct simstore_rcpt *r = &s->rcpt[rcpt];
	uint16_t len;

	*n = 0;
	if (r->to == SIMSTORE_NONE)
		return "";
	memcpy(&len, s->text + r->to, sizeof len);
	*n = len;
	return s->text + r->to + 2;
}

int
simstore_try(struct simstore *s, uint32_t rcpt, uint32_t reply, uint32_t ms)
{
	struct simstore_rcpt *r = &s->rcpt[rcpt];
	void *p = s->attempt;
	uint32_t i;

	if (grow(&p, &s->cap_try, (uint64_t)s->n_try + 1, sizeof *s->attempt) ==
	    -1)
		return -1;
	s->attempt = p;
	i = s->n_try++;
	s->attempt[i] = (struct simstore_try){ SIMSTORE_NONE, reply, ms };
	if (r->first == SIMSTORE_NONE)
		r->first = i;
	else
		s->attempt[r->last].next = i;
	r->last = i;
	return 0;
}

int
simstore_cut(struct simstore *s, uint32_t rcpt, int64_t at_us)
{
	void *p = s->cut;

	if (grow(&p, &s->cap_cut, (uint64_t)s->n_cut + 1, sizeof *s->cut) == -1)
		return -1;
	s->cut = p;
	s->cut[s->n_cut++] = (struct simstore_cut){ at_us, rcpt };
	return 0;
}

/* the order */

static int
before(const void *a, const void *b, void *arg)
{
	const struct simstore *s = arg;
	const struct simstore_rcpt *x = &s->rcpt[*(const uint32_t *)a];
	const struct simstore_rcpt *y = &s->rcpt[*(const uint32_t *)b];
	int64_t at = s->message[x->message].birth_us;
	int64_t bt = s->message[y->message].birth_us;

	if (at != bt)
		return at < bt ? -1 : 1;
	if (x->message != y->message)
		return x->message < y->message ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

uint32_t *
simstore_order(const struct simstore *s)
{
	uint32_t *list, i;

	list = malloc(((size_t)s->n_rcpt + 1) * sizeof *list);
	if (list == NULL)
		return NULL;
	for (i = 0; i < s->n_rcpt; i++)
		list[i] = i;
	qsort_r(list, s->n_rcpt, sizeof *list, before, (void *)(uintptr_t)s);
	return list;
}

void
simstore_free(struct simstore *s)
{
	nametable_free(&s->names);
	hashindex_free(&s->by_id);
	hashindex_free(&s->by_number);
	free(s->message);
	free(s->rcpt);
	free(s->attempt);
	free(s->cut);
	free(s->text);
	memset(s, 0, sizeof *s);
}
