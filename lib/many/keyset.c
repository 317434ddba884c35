#include "many/keyset.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 256 };

/* where it is, or the empty slot where it would be */
static size_t *
slot_of(const struct keyset *s, const char *key, size_t n)
{
	size_t i = hash_bytes(0, key, n) & (s->slots - 1);
	const char *have;

	for (; s->slot[i] != 0; i = (i + 1) & (s->slots - 1)) {
		have = buf_data(&s->text) + s->slot[i] - 1;
		if (strncmp(have, key, n) == 0 && have[n] == '\0')
			break;
	}
	return &s->slot[i];
}

/* twice the room; 0, or -1 with ENOMEM */
static int
grow(struct keyset *s)
{
	struct keyset big = *s;
	size_t i, at;
	const char *have;

	big.slots = s->slots == 0 ? SLOTS_FIRST : 2 * s->slots;
	big.slot = calloc(big.slots, sizeof *big.slot);
	if (big.slot == NULL)
		return -1;
	for (i = 0; i < s->slots; i++) {
		at = s->slot[i];
		if (at == 0)
			continue;
		have = buf_data(&s->text) + at - 1;
		*slot_of(&big, have, strlen(have)) = at;
	}
	free(s->slot);
	*s = big;
	return 0;
}

int
keyset_add(struct keyset *s, const char *key, size_t n)
{
	size_t *slot, at = buf_len(&s->text);

	if (s->n == s->slots / 2 && grow(s) == -1)
		return -1;
	slot = slot_of(s, key, n);
	if (*slot != 0)
		return 0;
	if (buf_put(&s->text, key, n) == -1 || buf_putc(&s->text, '\0') == -1)
		return -1;
	*slot = at + 1;
	s->n++;
	return 1;
}

void
keyset_free(struct keyset *s)
{
	buf_free(&s->text);
	free(s->slot);
	memset(s, 0, sizeof *s);
}
