#include "compose/rcptset.h"
#include "base/ascii.h"
#include "base/hash.h"
#include "format/parcel.h"
#include "mail/address.h"
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 16 };

/* in lower case: what differs in more is told apart by comparing */
static uint64_t
hash_of(const char *p, size_t n)
{
	char lower[ADDRESS_PATH_MAX];

	if (n > sizeof lower)
		n = sizeof lower;
	ascii_lower_copy(lower, p, n);
	return hash_bytes(0, lower, n);
}

static const char *
address_of(const struct rcptset *s, uint32_t number)
{
	return buf_data(&s->text) + s->at[number - 1];
}

/* where it is, or the empty slot where it would be */
static uint32_t *
slot_of(const struct rcptset *s, const char *p, size_t n)
{
	size_t i = hash_of(p, n) & (s->slots - 1);
	const char *a;

	for (; s->slot[i] != 0; i = (i + 1) & (s->slots - 1)) {
		a = address_of(s, s->slot[i]);
		if (address_compare(a, strlen(a), p, n) == 0)
			break;
	}
	return &s->slot[i];
}

/* twice the room; 0, or -1 with ENOMEM */
static int
grow(struct rcptset *s)
{
	size_t slots = s->slots == 0 ? SLOTS_FIRST : 2 * s->slots;
	uint32_t *slot = calloc(slots, sizeof *slot), *at, i;
	const char *a;

	at = slot == NULL ? NULL : realloc(s->at, slots / 2 * sizeof *at);
	if (at == NULL) {
		free(slot);
		return -1;
	}
	free(s->slot);
	s->at = at;
	s->slot = slot;
	s->slots = slots;
	for (i = 1; i <= s->n; i++) {
		a = address_of(s, i);
		*slot_of(s, a, strlen(a)) = i;
	}
	return 0;
}

int
rcptset_add(struct rcptset *s, struct buf *env, const char *p, size_t n)
{
	uint32_t *slot;

	if (s->n == s->slots / 2 && grow(s) == -1)
		return -1;
	slot = slot_of(s, p, n);
	if (*slot != 0)
		return 0;
	if (s->n == RCPTSET_MAX)
		return -2;
	s->at[s->n] = (uint32_t)buf_len(&s->text);
	if (buf_put(&s->text, p, n) == -1 || buf_putc(&s->text, '\0') == -1 ||
	    parcel_put(env, "to", p, n) == -1)
		return -1;
	*slot = (uint32_t)++s->n;
	return 1;
}

void
rcptset_free(struct rcptset *s)
{
	buf_free(&s->text);
	free(s->at);
	free(s->slot);
	memset(s, 0, sizeof *s);
}
