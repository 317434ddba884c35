#include "chain/refusals.h"
#include "base/hash.h"
#include <string.h>

/* that of the address, or a new one; NULL: there is no room */
static struct refusals_of *
find(struct refusals *r, const unsigned char ip[16])
{
	size_t i = hash_bytes(0, ip, 16) % REFUSALS_SLOTS;

	while (r->slot[i].used && memcmp(r->slot[i].ip, ip, 16) != 0)
		i = (i + 1) % REFUSALS_SLOTS;
	if (r->slot[i].used)
		return &r->slot[i];
	if (r->n == REFUSALS_ADDRESSES_MAX)
		return NULL;
	r->n++;
	memcpy(r->slot[i].ip, ip, 16);
	r->slot[i].used = 1;
	return &r->slot[i];
}

int
refusals_count(struct refusals *r, const unsigned char ip[16], int ours,
    unsigned code)
{
	struct refusals_of *o = find(r, ip);

	if (o == NULL)
		o = &r->others;
	else if (o->told < (ours ? REFUSALS_OURS_MAX : REFUSALS_ADDRESS_MAX) &&
	    (ours || r->told < REFUSALS_ALL_MAX)) {
		o->told++;
		r->told += !ours;
		return 1;
	}
	o->untold++;
	o->code = code;
	return 0;
}

int
refusals_none(const struct refusals *r)
{
	return r->n == 0;
}

const struct refusals_of *
refusals_sum(struct refusals *r, size_t *i)
{
	const struct refusals_of *o;

	while (*i < REFUSALS_SLOTS) {
		o = &r->slot[(*i)++];
		if (o->untold > 0)
			return o;
	}
	if ((*i)++ == REFUSALS_SLOTS && r->others.untold > 0)
		return &r->others;
	memset(r, 0, sizeof *r);
	return NULL;
}
